//! The one place that a client talks to: requests for any other origin or path are refused before they are sent.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::model::fault::ConfigError;

/// A base URL that was found fit to carry credentials.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    url: Url,
    /// Length of the URL without a slash at its end.
    length: usize,
}

impl Base {
    /// Takes `https:`, or `http:` to this machine; no user name, query or fragment.
    pub(crate) fn parse(text: &str) -> Result<Self, ConfigError> {
        let refuse = |fault: &str| Err(ConfigError::new(format!("the base URL {fault}")));
        let Ok(url) = Url::parse(text) else {
            return refuse("is not an absolute URL, such as https://api.example.com/v1");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("contains a user name or password: set them as credentials");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("contains a query or fragment: remove it");
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return refuse("is http: to an address other than loopback: use https"),
            _ => return refuse("is neither https nor http"),
        }
        let length = url.as_str().trim_end_matches('/').len();
        Ok(Self { url, length })
    }

    /// The URL without a slash at its end.
    pub(crate) fn url(&self) -> &str {
        &self.url.as_str()[..self.length]
    }

    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        format!("{}://{}:{}", self.url.scheme(), self.host(), self.port())
    }

    /// Whether the base is a server on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    pub(crate) fn is_named_localhost(&self) -> bool {
        self.url.host_str() == Some("localhost")
    }

    /// Whether a URL has this scheme, host and port, and nobody's user name.
    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        url.scheme() == self.url.scheme()
            && url.host_str() == self.url.host_str()
            && url.port_or_known_default() == self.url.port_or_known_default()
            && url.username().is_empty()
            && url.password().is_none()
    }

    /// Whether a URL's path is an operation's below the base: as many segments, the fixed ones equal, none empty.
    ///
    /// URL parsers resolve dot segments silently, so a path that an id has bent is recognised by no longer fitting.
    pub(crate) fn fits(&self, url: &Url, template: &str) -> bool {
        let Some(path) = url.path().strip_prefix(self.url.path().trim_end_matches('/')) else {
            return false;
        };
        let mut segments = path.split('/');
        template.split('/').all(|part| segments.next().is_some_and(|segment| segment_fits(segment, part)))
            && segments.next().is_none()
    }
}

impl Base {
    /// The value of a path parameter, decoded; `None` if the URL is not the operation's or the template does not name it.
    pub(crate) fn path_parameter(&self, url: &Url, template: &str, name: &str) -> Option<String> {
        let path = url.path().strip_prefix(self.url.path().trim_end_matches('/'))?;
        let (part, segment) = template.split('/').zip(path.split('/')).find(|(part, _)| {
            part.split_once('{').and_then(|(_, rest)| rest.split_once('}')).is_some_and(|(named, _)| named == name)
        })?;
        let (before, rest) = part.split_once('{')?;
        let (_, after) = rest.split_once('}')?;
        let encoded = segment.strip_prefix(before)?.strip_suffix(after)?;
        percent_decode_str(encoded).decode_utf8().ok().map(|decoded| decoded.into_owned())
    }
}

/// Whether a path segment is what a template's part describes, such as `{id}.json`.
fn segment_fits(segment: &str, part: &str) -> bool {
    let Some((before, rest)) = part.split_once('{') else {
        return segment == part;
    };
    let after = rest.rsplit_once('}').map_or("", |(_, after)| after);
    segment.len() > before.len() + after.len() && segment.starts_with(before) && segment.ends_with(after)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn only_a_base_that_keeps_credentials_safe_is_taken() {
        for good in ["https://api.bank.example/v1/", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1/api"]
        {
            assert!(Base::parse(good).is_ok(), "{good}");
        }
        for (bad, fault) in [
            ("http://bank.example", "is http: to an address other than loopback"),
            ("http://127.0.0.1.bank.example", "is http: to an address other than loopback"),
            ("http://localhost.bank.example", "is http: to an address other than loopback"),
            ("http://10.0.0.1", "is http: to an address other than loopback"),
            ("https://user@bank.example", "contains a user name"),
            ("https://bank.example?key=SECRET", "contains a query"),
            ("https://bank.example#x", "contains a query or fragment"),
            ("ftp://bank.example", "is neither"),
            ("bank.example", "is not an absolute URL"),
        ] {
            let error = Base::parse(bad).expect_err(bad).to_string();
            assert!(error.contains(fault) && !error.contains("SECRET"), "{bad}: {error}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let base = Base::parse("https://api.bank.example/v1").expect("a base");
        assert!(base.is_origin_of(&url("https://API.bank.example:443/other")));
        for other in [
            "http://api.bank.example/v1",
            "https://api.bank.example:444/v1",
            "https://bank.example/v1",
            "https://api.bank.example.evil.example/v1",
            "https://user@api.bank.example/v1",
        ] {
            assert!(!base.is_origin_of(&url(other)), "{other}");
        }
    }

    #[test]
    fn a_path_parameter_is_read_back_as_it_was_given() {
        let base = Base::parse("https://h/api").expect("a base");
        let find = |text, name| base.path_parameter(&url(text), "/a/{one}/x-{two}.json", name);
        assert_eq!(find("https://h/api/a/1%2F%C3%BC%2541/x-7.json", "one").as_deref(), Some("1/ü%41"));
        assert_eq!(find("https://h/api/a/1/x-7.json", "two").as_deref(), Some("7"));
        assert_eq!(find("https://h/api/a/1/x-7.json", "three"), None);
        assert_eq!(find("https://h/other/a/1", "one"), None);
    }

    #[test]
    fn a_bent_path_no_longer_fits() {
        let base = Base::parse("https://h/api/").expect("a base");
        assert_eq!(base.url(), "https://h/api");
        let fits = |text, template| base.fits(&url(text), template);
        assert!(fits("https://h/api/accounts/a%2Fb?x=1", "/accounts/{id}"));
        assert!(fits("https://h/api/x-1.json", "/x-{n}.json"));
        assert!(fits("https://h/api/pay/", "/pay/"));
        assert!(!fits("https://h/api/accounts/../close", "/accounts/{id}/close"));
        assert!(!fits("https://h/api/accounts/%2e%2e/close", "/accounts/{id}/close"));
        assert!(!fits("https://h/api/accounts/", "/accounts/{id}"));
        assert!(!fits("https://h/api/accounts//x", "/accounts/{id}/x"));
        assert!(!fits("https://h/other/accounts/1", "/accounts/{id}"));
        assert!(!fits("https://h/api/accounts/1/more", "/accounts/{id}"));
        assert!(!fits("https://h/apix/accounts/1", "/accounts/{id}"));
    }
}
