//! A JSON body that is read strictly: all its faults are told at once, each with its place, and a field that nobody knows
//! is one of them. It is judged by the schema that the document shows, so the two can't differ.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::{ValidationError, Validator};
use poem::http::StatusCode;
use poem::{Request, RequestBody};
use poem_openapi::payload::{ParsePayload, Payload};
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::{ParseFromJSON, Type};
use serde_json::{Value, json};

use super::faults;
use super::problem::{FieldFault, Problem};

/// A JSON body, of a mebibyte at most unless the operation says otherwise.
pub(super) struct Body<T>(pub T);

/// The largest body, in bytes.
pub(super) const LARGEST: usize = 1024 * 1024;
/// Values of all kinds in one body.
const MOST_VALUES: usize = 5_000;
/// More faults than these help nobody.
const FAULTS: usize = 100;

impl<T: Type> Payload for Body<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn check_content_type(content_type: &str) -> bool {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ParseFromJSON + 'static> ParsePayload for Body<T> {
    const IS_REQUIRED: bool = true;

    async fn from_request(_: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Body(read(body).await?))
    }
}

poem_openapi::impl_apirequest_for_payload!(Body<T>, T: ParseFromJSON + 'static);

async fn read<T: ParseFromJSON + 'static>(body: &mut RequestBody) -> Result<T, Problem> {
    let bytes = body.take().map_err(|_| unreadable("The body was read already."))?;
    let bytes = bytes.into_bytes_limit(LARGEST).await.map_err(|error| match error {
        poem::error::ReadBodyError::PayloadTooLarge => too_large(),
        _ => unreadable("The body broke off before its end."),
    })?;
    let value: Value = serde_json::from_slice(&bytes)
        .map_err(|error| unreadable(format!("The body is no JSON: {error}. Check it with a JSON parser.")))?;
    plain(&value)?;
    let validator = validator::<T>()?;
    let faults: Vec<FieldFault> =
        validator.iter_errors(&value).flat_map(|error| faults::told(&error)).take(FAULTS).collect();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    // What a schema can't say: the forms of ids, dates and the like.
    T::parse_from_json(Some(value)).map_err(|error| {
        let fault = FieldFault { pointer: String::new(), code: "form".into(), message: error.into_message() };
        Problem::invalid(vec![fault])
    })
}

/// Refuses what no operation takes and what would only be work: very many values, and texts with the character NUL, which
/// PostgreSQL does not keep.
fn plain(value: &Value) -> Result<(), Problem> {
    let (mut todo, mut seen) = (vec![value], 0);
    while let Some(value) = todo.pop() {
        seen += 1;
        if seen > MOST_VALUES {
            return Err(unreadable(format!("A body has at most {MOST_VALUES} values.")));
        }
        match value {
            Value::String(text) if text.contains('\0') => {
                return Err(unreadable(
                    "A text holds the character NUL (\\u0000), which nothing here takes.",
                ));
            }
            Value::Array(items) => todo.extend(items),
            Value::Object(fields) => todo.extend(fields.values()),
            _ => {}
        }
    }
    Ok(())
}

fn unreadable(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", detail)
}

fn too_large() -> Problem {
    let detail = format!("A body has at most {LARGEST} bytes here.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
}

/// The judge of a type, made once from the schema of the document.
fn validator<T: Type + 'static>() -> Result<Arc<Validator>, Problem> {
    static MADE: OnceLock<Mutex<HashMap<TypeId, Arc<Validator>>>> = OnceLock::new();
    let mut made = MADE.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = made.get(&TypeId::of::<T>()) {
        return Ok(Arc::clone(known));
    }
    let new = Arc::new(compile::<T>().map_err(|error| Problem::broken(&error))?);
    made.insert(TypeId::of::<T>(), Arc::clone(&new));
    Ok(new)
}

fn compile<T: Type>() -> Result<Validator, ValidationError<'static>> {
    let mut registry = Registry::new();
    T::register(&mut registry);
    let mut schemas = serde_json::to_value(&registry.schemas).unwrap_or_default();
    for schema in schemas.as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
        close(schema);
    }
    let root = json!({ "$ref": format!("#/components/schemas/{}", T::name()), "components": { "schemas": schemas } });
    jsonschema::draft202012::new(&root)
}

/// Objects with named fields take no others.
fn close(schema: &mut Value) {
    if let Value::Object(fields) = schema
        && fields.contains_key("properties")
    {
        fields.entry("additionalProperties").or_insert(Value::Bool(false));
    }
}
