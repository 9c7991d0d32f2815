import Foundation

/// Replaces what differs from run to run by names, so that the rest can be compared.
struct Masks: Sendable {
    private var literals: [(text: String, name: String)]

    /// - Parameter directory: the directory of the run.
    init(directory: URL) {
        literals = [(directory.path, "<directory>")]
    }

    /// Also replaces this very text.
    mutating func add(_ text: String, as name: String) {
        literals.append((text, name))
    }

    /// The text with all of it replaced.
    func apply(to text: String) -> String {
        var masked = text
        for (literal, name) in literals { masked.replace(literal, with: name) }
        masked.replace(/127\.0\.0\.1:[0-9]+/, with: "127.0.0.1:<port>")
        masked.replace(/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/, with: "<uuid>")
        masked.replace(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z/, with: "<time>")
        masked.replace(/(AGE SECONDS +)[0-9]+/) { "\($0.1)<age>" }
        return masked
    }
}
