// SPDX-License-Identifier: Apache-2.0

/// What a modeller does when the pod asks who they are.
package enum ModellerConduct: Sendable, Equatable {
    /// Logs in as themselves.
    case honest
    /// Logs in as somebody else.
    case logsInAs(String)
    /// Says no on the login page.
    case denies
    /// Gets the challenge and does nothing, not even say that they are there.
    case silent
    /// Says that they are there, and nothing else.
    case onlineButSilent
    /// Withdraws the task instead of answering.
    case cancels
    /// Answers with something that is no answer.
    case answersNonsense
    /// Hands over a code with the wrong verifier.
    case wrongVerifier
    /// Answers a SAML challenge with the response to another request.
    case foreignSAMLResponse
    /// Adds members to the SAML response that try to replace those of the pod.
    case overridesSAMLFields
}
