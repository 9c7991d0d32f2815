// SPDX-License-Identifier: Apache-2.0

import CCurl

extension EasyHandle {
    /// Lets libcurl call a transfer. The transfer owns this handle and so outlives it.
    func call(_ transfer: Transfer) throws(LibcurlError) {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        try check(ccurl_easy_setopt_pointer(pointer, CURLOPT_HEADERDATA, context))
        try check(ccurl_easy_setopt_write(pointer, CURLOPT_HEADERFUNCTION, receiveHeader))
        try check(ccurl_easy_setopt_pointer(pointer, CURLOPT_WRITEDATA, context))
        try check(ccurl_easy_setopt_write(pointer, CURLOPT_WRITEFUNCTION, receiveBody))
        try check(ccurl_easy_setopt_pointer(pointer, CURLOPT_READDATA, context))
        try check(ccurl_easy_setopt_read(pointer, sendBody))
        try check(ccurl_easy_setopt_pointer(pointer, CURLOPT_SEEKDATA, context))
        try check(ccurl_easy_setopt_seek(pointer, seekBody))
        try check(ccurl_easy_setopt_pointer(pointer, CURLOPT_XFERINFODATA, context))
        try check(ccurl_easy_setopt_progress(pointer, noteProgress))
        try set(CURLOPT_NOPROGRESS, false)
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private let receiveHeader: curl_write_callback = { bytes, size, count, context in
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(context)?.receiveHeader(line) == true ? line.count : Int(CURL_WRITEFUNC_ERROR)
}

private let receiveBody: curl_write_callback = { bytes, size, count, context in
    transfer(context)?.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? Int(CURL_WRITEFUNC_ERROR)
}

private let sendBody: curl_read_callback = { bytes, size, count, context in
    transfer(context)?.send(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        ?? Int(CURL_READFUNC_ABORT)
}

private let seekBody: curl_seek_callback = { context, offset, origin in
    offset == 0 && origin == SEEK_SET && transfer(context)?.rewind() == true
        ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
}

private let noteProgress: curl_xferinfo_callback = { context, _, received, _, sent in
    transfer(context)?.progress(received: Int64(received), sent: Int64(sent))
    return 0
}
