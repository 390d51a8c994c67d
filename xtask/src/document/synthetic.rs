//! Documents of any size, to measure and to test how work grows: the same resource again and again, under other names.

use serde_json::{Map, Value, json};

/// Operations of one resource.
const OPERATIONS: usize = 5;

/// A document of about so many operations, with what real ones are made of: inline objects and enums, aliases, bases, unions, names
/// that are no Rust names, shared answers.
pub(crate) fn document(operations: usize) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for index in 0..operations.div_ceil(OPERATIONS) {
        resource(index, &mut paths, &mut schemas);
    }
    schemas.insert("Money".into(), json!({"type": "object", "properties": {"amount": {"type": "number", "x-unit": "major"}, "currency": {"type": "string", "format": "currency"}}}));
    schemas.insert("Stamp".into(), json!({"type": "string", "format": "date-time"}));
    schemas.insert("Base".into(), json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "created_at": {"$ref": "#/components/schemas/Stamp"}}}));
    let fault = json!({"type": "object", "properties": {"code": {"type": "string"}, "fields": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}, "fault": {"type": "string"}}}}}});
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Synthetic", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Refused": {"description": "Refused.", "content": {"application/json": {"schema": fault}}}},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    })
}

fn resource(index: usize, paths: &mut Map<String, Value>, schemas: &mut Map<String, Value>) {
    let refer = |name: &str| json!({"$ref": format!("#/components/schemas/{name}_{index}")});
    let body = |schema: Value| json!({"application/json": {"schema": schema}});
    let answers = |schema: Value| json!({"200": {"description": "Done.", "content": body(schema)}, "400": {"$ref": "#/components/responses/Refused"}});
    let id = json!({"name": "id", "in": "path", "required": true, "schema": refer("resource_id")});
    let page = json!({"type": "object", "properties": {"list": {"type": "array", "items": refer("resource")}, "total": {"type": "integer", "x-unit": "none"}}});
    let operation = |verb: &str, effect: &str, answers: Value| json!({"operationId": format!("{verb}_resource_{index}"), "summary": "Does it.", "x-effect": effect, "responses": answers});
    let with = |mut operation: Value, key: &str, value: Value| {
        operation[key] = value;
        operation
    };
    let sent = |name: &str| json!({"required": true, "content": body(refer(name))});
    let one = json!([id]);
    let filters = json!([
        {"name": "state", "in": "query", "schema": {"type": "string", "enum": ["open", "closed"]}},
        {"name": "page", "in": "query", "schema": {"type": "integer"}},
        {"name": "size", "in": "query", "schema": {"type": "integer"}},
    ]);
    paths.insert(
        format!("/resources-{index}"),
        json!({
            "get": with(operation("list", "read", answers(page)), "parameters", filters),
            "post": with(operation("create", "write", answers(refer("resource"))), "requestBody", sent("create_resource")),
        }),
    );
    paths.insert(
        format!("/resources-{index}/{{id}}"),
        json!({
            "get": with(operation("get", "read", answers(refer("resource"))), "parameters", one.clone()),
            "put": with(with(operation("update", "write", answers(refer("resource"))), "parameters", one.clone()), "requestBody", sent("resource")),
            "delete": with(operation("delete", "write", json!({"204": {"description": "Gone."}})), "parameters", one),
        }),
    );
    schemas.insert(format!("resource_id_{index}"), json!({"type": "string"}));
    schemas.insert(
        format!("create_resource_{index}"),
        json!({"type": "object", "required": ["name", "price"], "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 40},
            "price": {"$ref": "#/components/schemas/Money"},
            "kind": {"type": "string", "enum": ["new", "used", "-new"]},
            "owner": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "address": {"type": "object", "properties": {"street": {"type": "string"}}}}},
            "parts": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}, "count": {"type": "integer"}}}},
        }}),
    );
    schemas.insert(
        format!("resource_{index}"),
        json!({"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "properties": {
            "parent": {"allOf": [refer("resource_id"), {"description": "The one above."}]},
            "name": {"type": "string"},
            "secret": {"type": "string", "format": "password"},
            "state": {"type": "string", "nullable": true, "enum": ["open", "closed", "on hold", null]},
            "price": {"type": "object", "nullable": true, "allOf": [{"$ref": "#/components/schemas/Money"}]},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "children": {"type": "array", "items": refer("resource")},
            "reference": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "history": {"type": "array", "items": {"type": "object", "properties": {"at": {"$ref": "#/components/schemas/Stamp"}, "by": {"type": "string"}}}},
        }}]}),
    );
}
