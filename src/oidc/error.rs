/// Why a provider has proved nothing.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// It does not answer as it should; the cause is for the log.
    #[error("the sign-in provider does not answer as it should: try again in a moment")]
    Away(String),
    /// The token is not to be believed.
    #[error("the token is not valid: {0}")]
    Token(#[from] BadToken),
    /// The provider does not take what it has given out, or never did.
    #[error("the sign-in provider did not accept this sign-in: begin again")]
    Code,
    /// The answer belongs to a sign-in that this browser has not begun.
    #[error("this browser has not begun that sign-in, or too long ago: begin again")]
    State,
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    #[error("it is not a signed JWT with the claims that it needs")]
    Form,
    #[error("its algorithm is not RS256 or ES256")]
    Algorithm,
    #[error("its key is none of the provider's")]
    Key,
    #[error("its signature is wrong")]
    Signature,
    #[error("it is from another issuer")]
    Issuer,
    #[error("it is for another audience")]
    Audience,
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    NotYet,
    #[error("it belongs to another sign-in")]
    Nonce,
}
