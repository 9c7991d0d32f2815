// SPDX-License-Identifier: Apache-2.0

import CCurl

/// A libcurl easy handle: one transfer's settings and state. Belongs to the event loop's thread.
final class EasyHandle {
    let pointer: OpaquePointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private let errorText: UnsafeMutablePointer<CChar>

    init() throws(LibcurlError) {
        guard let pointer = curl_easy_init() else { throw LibcurlError(CURLE_FAILED_INIT) }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try check(ccurl_easy_setopt_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
    }

    deinit {
        curl_easy_cleanup(pointer)
        lists.forEach { curl_slist_free_all($0) }
        errorText.deallocate()
    }

    /// Sets an option of type `long`.
    func set(_ option: CURLoption, _ value: Int) throws(LibcurlError) {
        try check(ccurl_easy_setopt_long(pointer, option, value))
    }

    /// Sets an option of type `long` to 1 or 0.
    func set(_ option: CURLoption, _ value: Bool) throws(LibcurlError) {
        try set(option, value ? 1 : 0)
    }

    /// Sets an option of type `curl_off_t`.
    func set(_ option: CURLoption, offset value: Int64) throws(LibcurlError) {
        try check(ccurl_easy_setopt_offset(pointer, option, curl_off_t(value)))
    }

    /// Sets a string, which libcurl copies; `nil` undoes it.
    func set(_ option: CURLoption, _ value: String?) throws(LibcurlError) {
        try check(ccurl_easy_setopt_string(pointer, option, value))
    }

    /// Sets a list of strings.
    func set(_ option: CURLoption, _ values: [String]) throws(LibcurlError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values {
            guard let longer = curl_slist_append(list, value) else {
                curl_slist_free_all(list)
                throw LibcurlError(CURLE_OUT_OF_MEMORY)
            }
            list = longer
        }
        if let list { lists.append(list) }
        try check(ccurl_easy_setopt_list(pointer, option, list))
    }

    /// Pauses the directions that are `true` and moves the others on.
    func pause(receiving: Bool, sending: Bool) -> CURLcode {
        curl_easy_pause(pointer, (receiving ? CURLPAUSE_RECV : 0) | (sending ? CURLPAUSE_SEND : 0))
    }

    /// A number about the transfer, 0 if libcurl doesn't know it.
    func number(_ info: CURLINFO) -> Int {
        var value = 0
        return ccurl_easy_getinfo_long(pointer, info, &value) == CURLE_OK ? value : 0
    }

    /// What libcurl had to say about the error that the transfer ended with.
    var errorDetail: String {
        String(cString: errorText)
    }

    func check(_ code: CURLcode) throws(LibcurlError) {
        guard code == CURLE_OK else { throw LibcurlError(code) }
    }
}
