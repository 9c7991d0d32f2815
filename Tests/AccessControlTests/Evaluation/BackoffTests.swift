import Testing

@testable import AccessControl

@Suite("Pauses between attempts")
struct BackoffTests {
    private func backoff(_ random: Double) -> Backoff {
        Backoff(baseDelay: .seconds(1), maximumDelay: .seconds(20)) { random }
    }

    @Test(
        "The bound doubles up to its maximum",
        arguments: [(1, 1), (2, 2), (3, 4), (5, 16), (6, 20), (1_000_000, 20)]
    )
    func bounds(failures: Int, seconds: Int) {
        #expect(backoff(1).delay(after: failures) == .seconds(seconds))
        #expect(backoff(0.5).delay(after: failures) == .seconds(seconds) / 2)
        #expect(backoff(0).delay(after: failures) == .zero)
    }
}
