// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTransport

/// How the plain texts of a configuration become values.
enum ConfigurationValues {
    /// `500ms`, `10s`, `5m`, `2h`, `7d`, or a bare number of seconds, in decimal digits, with or without a fraction.
    ///
    /// - Parameter least: What is shorter is refused. Zero would be no pause at all.
    static func duration(_ text: String, least: Duration = .milliseconds(1)) -> Duration? {
        let units: [(suffix: String, milliseconds: Double)] = [
            ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1000),
        ]
        for (suffix, milliseconds) in units where text.hasSuffix(suffix) {
            let digits = text.dropLast(suffix.count)
            guard digits.wholeMatch(of: /[0-9]+(\.[0-9]+)?/) != nil, let number = Double(digits), number < 1e9 else {
                continue
            }
            let duration = Duration.milliseconds(Int64(number * milliseconds))
            return duration >= least ? duration : nil
        }
        return nil
    }

    /// A whole number greater than zero.
    static func count(_ text: String) -> Int? {
        Int(text).flatMap { $0 > 0 ? $0 : nil }
    }

    /// `8MiB`, `512KiB`, `1GiB`, or a bare number of bytes.
    static func bytes(_ text: String) -> Int? {
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("", 1)]
        for (suffix, factor) in units where text.hasSuffix(suffix) {
            guard let number = count(String(text.dropLast(suffix.count))), number < Int.max / factor else { continue }
            return number * factor
        }
        return nil
    }

    /// `true` or `false`.
    static func flag(_ text: String) -> Bool? {
        ["true": true, "yes": true, "false": false, "no": false][text.lowercased()]
    }

    /// The URL of a proxy, of one of the kinds that HTTP can be passed through.
    static func proxyURL(_ text: String) -> URL? {
        guard text.contains("://"), (try? ProxyServer(text)) != nil else { return nil }
        return URL(string: text)
    }

    static let expectedServiceURL = "an https URL without user info, query or fragment (http only on loopback)"

    /// The base URL of a service: `https`, or `http` on loopback.
    static func serviceURL(_ text: String) -> URL? {
        guard let components = URLComponents(string: text), components.user == nil, components.password == nil,
            components.query == nil, components.fragment == nil, let url = components.url,
            let origin = HTTPOrigin(url), url.scheme == "https" || origin.isLoopback
        else { return nil }
        return url
    }
}
