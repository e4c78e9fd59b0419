//! What ends a request without its screen: a page with the cause, the cure and the request's id.

use poem::http::StatusCode;

/// Why there is no screen.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// Nobody is signed in: the door leads to the sign-in and back.
    SignIn,
    /// It is not there, or not theirs: nobody learns which.
    NotFound,
    /// A rule said no, in a sentence that names the cure.
    Told { status: StatusCode, detail: String },
    /// Something is away for the moment.
    Away,
    /// A fault of ours; its cause is in the log.
    Broken,
}

impl Fault {
    pub fn told(status: StatusCode, detail: impl Into<String>) -> Fault {
        Fault::Told { status, detail: detail.into() }
    }

    pub fn forbidden(detail: impl Into<String>) -> Fault {
        Fault::told(StatusCode::FORBIDDEN, detail)
    }

    /// Logs what a person need not read.
    pub fn broken(cause: &dyn std::fmt::Display) -> Fault {
        tracing::error!(target: "console", %cause, "a screen broke");
        Fault::Broken
    }

    /// Logs what will pass.
    pub fn away(cause: &dyn std::fmt::Display) -> Fault {
        tracing::warn!(target: "console", %cause, "a screen has to wait");
        Fault::Away
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Fault::SignIn => StatusCode::SEE_OTHER,
            Fault::NotFound => StatusCode::NOT_FOUND,
            Fault::Told { status, .. } => *status,
            Fault::Away => StatusCode::SERVICE_UNAVAILABLE,
            Fault::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The page's heading.
    pub fn title(&self) -> &'static str {
        match self {
            Fault::SignIn => "Sign in",
            Fault::NotFound => "There is nothing here",
            Fault::Told { status, .. } if *status == StatusCode::FORBIDDEN => "That is not yours to do",
            Fault::Told { status, .. } if *status == StatusCode::TOO_MANY_REQUESTS => "Too many tries",
            Fault::Told { .. } => "That did not work",
            Fault::Away => "Back in a moment",
            Fault::Broken => "Something broke here",
        }
    }

    /// What happened, and what to do.
    pub fn detail(&self) -> &str {
        match self {
            Fault::SignIn => "Sign in to go on.",
            Fault::NotFound => {
                "The address leads nowhere, or to something that is not yours or not there any more. Go back, or begin \
                 at the start."
            }
            Fault::Told { detail, .. } => detail,
            Fault::Away => {
                "The database does not answer right now. Nothing was lost: try again in a few seconds. Published sites \
                 go on being served."
            }
            Fault::Broken => {
                "The fault is ours, and it is in the log under the number below. Try again; if it stays, give that \
                 number to whoever runs this installation."
            }
        }
    }
}

impl From<Fault> for poem::Error {
    fn from(fault: Fault) -> poem::Error {
        let mut error = poem::Error::from_status(fault.status());
        error.set_data(fault);
        error
    }
}
