// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The hosts that `no_proxy` excepts, separated by commas or spaces.
///
/// A name stands for itself and for every name below it, with or without a dot or `*.` before it and a dot behind it; an address for
/// itself; an address with a number of bits (CIDR) for the network; each with a port for that port only; `*` for all. What is none of
/// these excepts nothing.
struct ProxyExceptions: Sendable, Hashable {
    private enum Pattern: Hashable {
        case all
        case name(String)
        case network(NetworkAddress, bits: Int)
    }

    private struct Exception: Hashable {
        let pattern: Pattern
        let port: Int?
    }

    private let exceptions: [Exception]

    init(_ list: String) {
        exceptions = list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).compactMap { Self.exception(String($0)) }
    }

    /// - Parameter host: A name, or an address without brackets.
    func contain(_ host: String, port: Int) -> Bool {
        let name = Self.normal(host)
        let address = NetworkAddress(name)
        return exceptions.contains { exception in
            if let wanted = exception.port, wanted != port { return false }
            switch exception.pattern {
            case .all: return true
            case .name(let suffix): return address == nil && (name == suffix || name.hasSuffix(".\(suffix)"))
            case .network(let network, let bits): return address?.isWithin(bits, of: network) ?? false
            }
        }
    }

    private static func exception(_ text: String) -> Exception? {
        if text == "*" { return Exception(pattern: .all, port: nil) }
        if let pattern = network(text) { return Exception(pattern: pattern, port: nil) }
        var (host, port) = (text[...], Int?.none)
        if let colon = text.lastIndex(of: ":"), let number = Int(text[text.index(after: colon)...]) {
            (host, port) = (text[..<colon], number)
            if let pattern = network(String(host)) { return Exception(pattern: pattern, port: port) }
        }
        var name = normal(String(host))
        if name.hasPrefix("*.") { name.removeFirst(2) }
        if name.hasPrefix(".") { name.removeFirst() }
        return name.isEmpty ? nil : Exception(pattern: .name(name), port: port)
    }

    /// An address, in brackets or not, with or without a number of bits.
    private static func network(_ text: String) -> Pattern? {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var literal = halves[0]
        if literal.hasPrefix("["), literal.hasSuffix("]") { literal = String(literal.dropFirst().dropLast()) }
        guard let address = NetworkAddress(literal) else { return nil }
        guard halves.count == 2 else { return .network(address, bits: address.bytes.count * 8) }
        guard let bits = Int(halves[1]), (0...address.bytes.count * 8).contains(bits) else { return nil }
        return .network(address, bits: bits)
    }

    private static func normal(_ host: String) -> String {
        let host = host.lowercased()
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }
}

/// An IPv4 or IPv6 address.
struct NetworkAddress: Sendable, Hashable {
    let bytes: [UInt8]

    init?(_ literal: String) {
        var four = in_addr()
        if inet_pton(AF_INET, literal, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, literal, &six) == 1 else { return nil }
        bytes = withUnsafeBytes(of: &six) { Array($0) }
    }

    /// Whether it has the first bits of another address of its kind.
    func isWithin(_ bits: Int, of network: NetworkAddress) -> Bool {
        guard bytes.count == network.bytes.count else { return false }
        let whole = bits / 8
        guard bytes[..<whole].elementsEqual(network.bytes[..<whole]) else { return false }
        let rest = bits % 8
        guard rest > 0 else { return true }
        return (bytes[whole] ^ network.bytes[whole]) >> (8 - UInt8(rest)) == 0
    }
}
