import BitfountTasks
import MessagePack
import Testing

struct OnlineCheckTests {
    private let check = OnlineCheck(randomBytes: Array(0..<16))

    @Test
    func asksWithHexadecimalDigits() {
        #expect(check.body == "000102030405060708090a0b0c0d0e0f")
    }

    @Test
    func isAnsweredByItsIDOrByNil() {
        #expect(check.isAnswered(by: check.body))
        #expect(check.isAnswered(by: .null))
    }

    @Test(arguments: ["", "000102030405060708090a0b0c0d0e10", .binary([]), 0, [:]] as [MessagePackValue])
    func isNotAnsweredByAnythingElse(content: MessagePackValue) {
        #expect(!check.isAnswered(by: content))
    }
}
