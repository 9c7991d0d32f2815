// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Sends single datagrams. Blocks; at most for as long as a name takes to be looked up.
enum DatagramSocket {
    static func send(_ bytes: [UInt8], toUnixSocket path: String) throws(AnchorError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else {
            throw AnchorError(.invalid, "The socket's path is longer than \(capacity - 1) bytes: \(path).")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let sent = withUnsafeBytes(of: address) { address in
            send(bytes, family: AF_UNIX, to: address)
        }
        if let failure = sent {
            throw AnchorError(.unreachable, systemError: failure, "The socket \(path) can't be written to")
        }
    }

    /// Sends to the first address of the host that takes it.
    static func send(_ bytes: [UInt8], toHost host: String, port: Int) throws(AnchorError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, String(port), &hints, &found)
        guard result == 0, let found else {
            throw AnchorError(
                .unreachable,
                "The host \(host) can't be found: \(String(cString: gai_strerror(result)))."
            )
        }
        defer { freeaddrinfo(found) }
        var failure: Int32 = 0
        for candidate in sequence(first: found, next: { $0.pointee.ai_next }) {
            let address = UnsafeRawBufferPointer(
                start: candidate.pointee.ai_addr,
                count: Int(candidate.pointee.ai_addrlen)
            )
            guard let error = send(bytes, family: candidate.pointee.ai_family, to: address) else { return }
            failure = error
        }
        throw AnchorError(.unreachable, systemError: failure, "Nothing can be sent to \(host), port \(port)")
    }

    /// Nil, or the error's number.
    private static func send(_ bytes: [UInt8], family: Int32, to address: UnsafeRawBufferPointer) -> Int32? {
        let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        let sent = sendto(
            descriptor,
            bytes,
            bytes.count,
            0,
            address.baseAddress?.assumingMemoryBound(to: sockaddr.self),
            socklen_t(address.count)
        )
        return sent == bytes.count ? nil : errno
    }
}
