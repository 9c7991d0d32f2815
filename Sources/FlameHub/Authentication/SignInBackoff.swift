/// How long signing in is left alone after it was refused: 30 s, doubling to 10 minutes (flame-hub.md, 2.3).
/// A wrong password that is tried in a loop locks the account and fills the Hub's log.
struct SignInBackoff: Sendable, Equatable {
    /// The first wait.
    static let first: Duration = .seconds(30)
    /// The longest wait.
    static let longest: Duration = .seconds(600)

    private var next = Self.first
    private(set) var end: Duration = .zero

    mutating func refused(at now: Duration) {
        end = now + next
        next = min(next * 2, Self.longest)
    }

    mutating func accepted() {
        self = SignInBackoff()
    }
}
