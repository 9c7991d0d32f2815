import Dispatch
import Testing

@testable import Cryptography

struct PrivateOperationThreadsTests {
    @Test func refusesMoreThanMayWait() async throws {
        let threads = PrivateOperationThreads(threadLimit: 1, waitingLimit: 2)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let release = DispatchSemaphore(value: 0)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await threads.run { () throws(CryptographyError) in
                    start.finish()
                    release.wait()
                    return true
                }
            }
            // The only thread is busy from here on.
            for await _ in started {}
            for _ in 0..<10 {
                group.addTask {
                    do {
                        return try await threads.run { () throws(CryptographyError) in true }
                    } catch let error as CryptographyError {
                        #expect(error.code == .busy)
                        return false
                    }
                }
            }
            for _ in 0..<8 {
                #expect(try await group.next() == false)
            }
            release.signal()
            for try await isDone in group {
                #expect(isDone)
            }
        }
    }

    @Test func passesErrorsOn() async {
        await #expect(throws: CryptographyError.decryptionFailed) {
            try await PrivateOperationThreads.shared.run { () throws(CryptographyError) in
                throw CryptographyError.decryptionFailed
            }
        }
    }
}
