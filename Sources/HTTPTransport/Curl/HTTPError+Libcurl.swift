// SPDX-License-Identifier: Apache-2.0

import CCurl
import PrintableText

extension HTTPError {
    /// Says in this module's words why libcurl ended a transfer.
    init(_ code: CURLcode, of easy: EasyHandle, _ plan: TransferPlan) {
        let cause = LibcurlError(code)
        let server = plan.origin.description
        if let proxyError = Self.proxyError(code, of: easy, cause) {
            self = proxyError
            return
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            self.init(.connectionFailed, "The name of \(server) couldn't be resolved.", underlying: cause)
        case CURLE_COULDNT_CONNECT:
            self.init(.connectionFailed, "\(server) can't be reached.", underlying: cause)
        case CURLE_OPERATION_TIMEDOUT:
            let limit = plan.connectTimeout
            self.init(.timedOut, "No connection with \(server) came about within \(limit).", underlying: cause)
        case CURLE_SSL_CONNECT_ERROR where easy.errorDetail.tellsOfBrokenConnection:
            self.init(.connectionFailed, "\(server) broke off while TLS was agreed on.", underlying: cause)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_INVALIDCERTSTATUS:
            // libcurl's words about certificates quote the peer's.
            let detail = easy.errorDetail.printable(limit: 200)
            self.init(.tls, "TLS with \(server) failed: \(detail).", underlying: cause)
        case CURLE_SSL_CACERT_BADFILE:
            self.init(.tls, "The file of certificate authorities can't be read.", underlying: cause)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            self.init(.malformedResponse, "\(server) didn't answer in valid HTTP.", underlying: cause)
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND,
            CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_SSL_SHUTDOWN_FAILED, CURLE_WRITE_ERROR, CURLE_READ_ERROR:
            self.init(.connectionLost, "The connection with \(server) broke.", underlying: cause)
        default:
            self.init(.unavailable, "libcurl can't make this request.", underlying: cause)
        }
    }

    private static func proxyError(_ code: CURLcode, of easy: EasyHandle, _ cause: LibcurlError) -> HTTPError? {
        if code == CURLE_COULDNT_RESOLVE_PROXY {
            return HTTPError(
                .proxy,
                "The proxy's name couldn't be resolved.",
                isTransient: true,
                underlying: cause
            )
        }
        if code == CURLE_PROXY {
            return HTTPError(.proxy, "The SOCKS proxy refused.", isTransient: false, underlying: cause)
        }
        let answer = easy.number(CURLINFO_HTTP_CONNECTCODE)
        guard answer != 0, !(200..<300).contains(answer) else { return nil }
        return HTTPError(
            .proxy,
            "The proxy refused to connect, with status \(answer).",
            status: answer,
            isTransient: [429, 502, 503, 504].contains(answer),
            underlying: cause
        )
    }
}

extension String {
    /// Whether the handshake ended with the connection, which is a matter of the network, and not with an alert.
    fileprivate var tellsOfBrokenConnection: Bool {
        hasPrefix("Recv failure") || hasPrefix("Send failure") || contains("SSL_connect: ")
    }
}
