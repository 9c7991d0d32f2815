// SPDX-License-Identifier: Apache-2.0

import CCurl
import Foundation

/// Decides whether a URL may be asked for.
enum RequestTarget {
    /// The text and the origin of a URL that is safe to hand to libcurl.
    ///
    /// The rules are checked on Foundation's reading of the URL and libcurl connects by its own, so the two have to
    /// agree on scheme, host and port.
    static func check(_ url: URL) throws(HTTPError) -> (text: String, origin: HTTPOrigin) {
        let text = url.absoluteString
        guard let origin = HTTPOrigin(url) else {
            throw HTTPError(.invalidRequest, "The URL isn't an absolute http or https URL.")
        }
        guard url.user(percentEncoded: true) == nil, url.password(percentEncoded: true) == nil else {
            throw HTTPError(.invalidRequest, "The URL has a user name or password, which belong into a header.")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), libcurlOrigin(of: text) == origin else {
            throw HTTPError(.invalidRequest, "The URL is ambiguous.")
        }
        guard origin.scheme == "https" || origin.isLoopback else {
            throw HTTPError(
                .plainHTTPRefused,
                "\(origin) isn't encrypted. Use https; http is for this machine's own loopback addresses only."
            )
        }
        return (text, origin)
    }

    private static func libcurlOrigin(of text: String) -> HTTPOrigin? {
        guard let handle = curl_url() else { return nil }
        defer { curl_url_cleanup(handle) }
        guard curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK,
            part(CURLUPART_USER, of: handle) == nil, part(CURLUPART_PASSWORD, of: handle) == nil,
            let scheme = part(CURLUPART_SCHEME, of: handle), let host = part(CURLUPART_HOST, of: handle)
        else { return nil }
        return HTTPOrigin(scheme: scheme, host: host, port: part(CURLUPART_PORT, of: handle).flatMap { Int($0) })
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
