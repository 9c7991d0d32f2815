// SPDX-License-Identifier: Apache-2.0

import CCurl

extension EasyHandle {
    /// Sets everything that the plan asks for, and everything that must hold for each request.
    func apply(_ plan: TransferPlan, bodyLength: Int64) throws(LibcurlError) {
        try set(CURLOPT_URL, plan.url)
        try set(CURLOPT_PATH_AS_IS, true)
        if let unixSocket = plan.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, unixSocket) }
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, false)
        // No signals, and no waiting for a resolver's thread when a transfer is cancelled meanwhile.
        try set(CURLOPT_NOSIGNAL, true)
        try set(CURLOPT_QUICK_EXIT, true)
        try set(CURLOPT_CONNECTTIMEOUT_MS, plan.connectTimeout.wholeMilliseconds)
        try set(CURLOPT_HTTP_VERSION, Int(plan.allowsHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
        // Wait for the first connection to say whether it is HTTP/2 rather than open one for each request.
        try set(CURLOPT_PIPEWAIT, plan.allowsHTTP2)
        if plan.isStream {
            // What is streamed is mostly long: larger pieces mean fewer calls. Downloads gain nothing by it.
            try set(CURLOPT_UPLOAD_BUFFERSIZE, Self.uploadBufferBytes)
        }
        try applySecurity(plan)
        try applyProxy(plan.proxy)
        try applyMethod(plan.method, bodyLength: bodyLength)
        try applyHeaders(plan)
    }

    private static let uploadBufferBytes = 256 * 1_024

    private func applySecurity(_ plan: TransferPlan) throws(LibcurlError) {
        try set(CURLOPT_SSL_VERIFYPEER, true)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_PROXY_SSL_VERIFYPEER, true)
        try set(CURLOPT_PROXY_SSL_VERIFYHOST, 2)
        try set(CURLOPT_PROXY_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = plan.caFile {
            try set(CURLOPT_CAINFO, caFile)
            try set(CURLOPT_PROXY_CAINFO, caFile)
            // The file's authorities are trusted beside the system's, which its directory has.
            try set(CURLOPT_CAPATH, SystemAuthorities.directory)
            try set(CURLOPT_PROXY_CAPATH, SystemAuthorities.directory)
        }
    }

    private func applyProxy(_ proxy: ProxyServer?) throws(LibcurlError) {
        // Both options are always set, so that libcurl never looks at the environment itself, nor has rules of its own.
        try set(CURLOPT_PROXY, proxy?.url ?? "")
        try set(CURLOPT_NOPROXY, proxy == nil ? "*" : "")
        if proxy != nil {
            try set(CURLOPT_HTTPPROXYTUNNEL, true)
            try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
        }
        // The request's headers are for the server only.
        try set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
    }

    private func applyMethod(_ method: HTTPMethod, bodyLength: Int64) throws(LibcurlError) {
        if bodyLength > 0 || method.expectsBody {
            try set(CURLOPT_UPLOAD, true)
            try set(CURLOPT_INFILESIZE_LARGE, offset: bodyLength)
        } else if method == .head {
            try set(CURLOPT_NOBODY, true)
        }
        try set(CURLOPT_CUSTOMREQUEST, method.rawValue)
    }

    private func applyHeaders(_ plan: TransferPlan) throws(LibcurlError) {
        // Without `Expect`, a server that doesn't know it costs no second of waiting.
        try set(CURLOPT_HTTPHEADER, plan.headerLines + ["Expect:"])
        try set(CURLOPT_USERAGENT, plan.userAgent)
        if plan.decompresses {
            try set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        }
    }
}

extension Duration {
    /// Rounded up; at least 1, since 0 means another thing to libcurl.
    fileprivate var wholeMilliseconds: Int {
        Int(min(max(1, (self / .milliseconds(1)).rounded(.up)), Double(Int32.max)))
    }
}
