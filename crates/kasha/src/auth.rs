//! Authentication: the merchant's API key on every call, and a signature over every body if a secret is set.

use bursar_runtime::http::{HeaderName, HeaderValue};
use bursar_runtime::{Auth, AuthError, BoxFuture, Credential, Identity, Kind, Operation, Request};

use crate::signature;

/// Name of the document's security scheme for signatures.
const SIGNATURE: &str = "signature";

/// The merchant's credentials.
pub(crate) struct Keys {
    pub(crate) header: HeaderName,
    pub(crate) key: Credential,
    pub(crate) secret: Option<Credential>,
}

impl Keys {
    fn place(&self, operation: &Operation, request: &mut Request) -> Result<(), AuthError> {
        request.headers_mut().insert(self.header.clone(), value(self.key.expose())?);
        let is_signed = operation.auth.iter().copied().flatten().any(|scheme| scheme.name == SIGNATURE);
        let body = request.body().and_then(|body| body.as_bytes()).filter(|body| !body.is_empty());
        if let (true, Some(body), Some(secret)) = (is_signed, body, &self.secret) {
            let signature = value(&signature::sign(body, secret))?;
            request.headers_mut().insert(HeaderName::from_static(signature::HEADER), signature);
        }
        Ok(())
    }
}

fn value(text: &str) -> Result<HeaderValue, AuthError> {
    HeaderValue::from_str(text).map_err(|_| AuthError::new(Kind::Config, "the API key cannot be sent in a header"))
}

impl Auth for Keys {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        Box::pin(std::future::ready(self.place(operation, request)))
    }

    /// The merchant, identified by the API key.
    fn identity(&self) -> Option<Identity> {
        Some(Identity::of_credential("api_key", &self.key))
    }
}

#[cfg(test)]
mod tests {
    use bursar_runtime::reqwest::{Method, Url};

    use super::*;
    use crate::operations::{GET_TRANSACTION, REFUND_BY_REFERENCE};

    const BODY: &str = r#"{"merchantReference":"order-1"}"#;

    /// The request of an operation with its credentials: API key and signature.
    async fn dressed(secret: Option<&str>, operation: &'static Operation, body: &'static str) -> [Option<String>; 2] {
        let keys = Keys {
            header: HeaderName::from_static("x-merchant"),
            key: Credential::new("abc+/=.def-1").unwrap(),
            secret: secret.map(|secret| Credential::new(secret).unwrap()),
        };
        let mut request = Request::new(Method::POST, Url::parse("https://kasha.example/v2").unwrap());
        *request.body_mut() = (!body.is_empty()).then(|| body.into());
        keys.authorize(operation, &mut request).await.unwrap();
        ["x-merchant", "x-signature"].map(|name| Some(request.headers().get(name)?.to_str().unwrap().to_owned()))
    }

    #[tokio::test]
    async fn the_exact_bytes_of_a_body_are_signed() {
        let key = Some("abc+/=.def-1".to_owned());
        let signature = Some("FF5oVxY5bPi8RWaSVzTBl6upoJgRjENkWOIoz4/mxZE=".to_owned());
        assert_eq!(dressed(Some("test-secret"), &REFUND_BY_REFERENCE, BODY).await, [key.clone(), signature]);
        assert_eq!(dressed(None, &REFUND_BY_REFERENCE, BODY).await, [key, None]);
    }

    #[tokio::test]
    async fn what_has_no_body_is_not_signed() {
        assert_eq!(dressed(Some("test-secret"), &GET_TRANSACTION, "").await[1], None);
        assert_eq!(dressed(Some("test-secret"), &REFUND_BY_REFERENCE, "").await[1], None);
    }
}
