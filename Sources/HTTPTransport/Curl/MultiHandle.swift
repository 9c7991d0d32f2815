// SPDX-License-Identifier: Apache-2.0

import CCurl

/// A libcurl multi handle: the connections, and the transfers that use them.
///
/// Unchecked because of the pointer. Only `wakeUp` is called from more than one thread, which libcurl allows.
struct MultiHandle: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// `nil` if libcurl can't be initialised.
    init?(maximumConnections: Int) {
        guard Self.isLibcurlReady, let pointer = curl_multi_init() else { return nil }
        self.pointer = pointer
        let limit = Int(clamping: max(1, maximumConnections))
        ccurl_multi_setopt_long(pointer, CURLMOPT_MAXCONNECTS, limit)
        ccurl_multi_setopt_long(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, limit)
    }

    private static let isLibcurlReady = ccurl_global_init() == CURLE_OK

    /// Ends a `wait` now or the next one at once.
    func wakeUp() {
        curl_multi_wakeup(pointer)
    }

    /// Waits until a socket is ready, a timer of libcurl runs out, `wakeUp` is called or the time has passed.
    func wait(milliseconds: Int32) -> CURLMcode {
        curl_multi_poll(pointer, nil, 0, milliseconds, nil)
    }

    /// Moves all transfers on as far as they go without waiting.
    func perform() -> CURLMcode {
        var running: Int32 = 0
        return curl_multi_perform(pointer, &running)
    }

    func add(_ easy: EasyHandle) -> CURLMcode {
        curl_multi_add_handle(pointer, easy.pointer)
    }

    /// Takes a transfer out, and closes its connection unless the response was read to its end.
    func remove(_ easy: EasyHandle) {
        curl_multi_remove_handle(pointer, easy.pointer)
    }

    /// The next transfer that has ended by itself.
    func nextFinished() -> (easy: OpaquePointer, result: CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(pointer, &left) {
            if message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle {
                return (easy, ccurl_message_result(message))
            }
        }
        return nil
    }

    /// Closes all connections. Nothing may be called after it.
    func close() {
        curl_multi_cleanup(pointer)
    }
}
