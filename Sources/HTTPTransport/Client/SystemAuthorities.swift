// SPDX-License-Identifier: Apache-2.0

import CCurl
public import Foundation

/// Where the system keeps the certificate authorities that it trusts.
public enum SystemAuthorities {
    /// The directory in which OpenSSL finds them by their names' hashes; `nil` where libcurl knows of none.
    static let directory: String? = path(curl_version_info(CURLVERSION_SEVENTH)?.pointee.capath)

    /// All of them in one file of PEM; `nil` where there is none.
    public static let bundle: URL? = {
        let known = [
            path(curl_version_info(CURLVERSION_SEVENTH)?.pointee.cainfo), "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
        ]
        return known.compactMap { $0 }.first { FileManager.default.isReadableFile(atPath: $0) }
            .map { URL(filePath: $0) }
    }()

    private static func path(_ text: UnsafePointer<CChar>?) -> String? {
        text.map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
