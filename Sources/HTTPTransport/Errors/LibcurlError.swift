// SPDX-License-Identifier: Apache-2.0

import CCurl

/// An error of libcurl.
public struct LibcurlError: Error, Sendable, Hashable, CustomStringConvertible {
    /// libcurl's number of the error, a `CURLcode`.
    public let code: Int
    /// What libcurl says about that number.
    public let description: String

    init(_ code: CURLcode) {
        self.code = Int(code.rawValue)
        description = String(cString: curl_easy_strerror(code))
    }
}
