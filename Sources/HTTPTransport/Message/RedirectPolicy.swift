// SPDX-License-Identifier: Apache-2.0

/// What to do with a redirect (301, 302, 303, 307 or 308 with a `Location`).
public enum RedirectPolicy: Sendable, Hashable {
    /// Fail with ``HTTPError/Code/redirectRefused``.
    case refuse
    /// Follow at most this many in a row, for `GET` and `HEAD` without credentials only.
    ///
    /// A redirect never leads from `https` to `http`, nor off this machine without TLS.
    case follow(maximum: Int)
}
