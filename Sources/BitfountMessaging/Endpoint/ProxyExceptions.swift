// SPDX-License-Identifier: Apache-2.0

/// The hosts that `no_proxy` excepts: names separated by commas, each of which stands for itself and for every name below
/// it, or `*` for all.
struct ProxyExceptions {
    private let names: [String]

    init(_ list: String) {
        names = list.split(whereSeparator: { $0 == "," || $0.isWhitespace })
            .map { name in
                let name = name.lowercased()
                return name.hasPrefix(".") ? String(name.dropFirst()) : name
            }
    }

    func contain(_ host: String) -> Bool {
        let host = host.lowercased()
        return names.contains { $0 == "*" || $0 == host || host.hasSuffix(".\($0)") }
    }
}
