// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import MessagePack
import TestSupport
import Testing

struct LargeObjectReferenceTests {
    private let policy: LargeObjectPolicy
    private let sandbox: LargeObjectPolicy

    init() throws {
        policy = try LargeObjectPolicy()
        sandbox = try LargeObjectPolicy(allowed: ["http://127.0.0.1:9000", "https://localhost", "http://[::1]:9001"])
    }

    private func parse(_ address: String, _ policy: LargeObjectPolicy) -> LargeObjectReference {
        LargeObjectReference.parse(body: MessagePackEncoder.encode(.string(address)), policy: policy)
    }

    @Test(arguments: [
        "https://prod-message-service-external.s3.eu-west-2.amazonaws.com/key?X-Amz-Signature=abc&x=%2F",
        "https://prod-message-service-external7.s3.amazonaws.com/key",
        "https://a-message-service-external12.s3-us-east-1.amazonaws.com:443/key",
        "https://-message-service-external.s3.eu-west-2.amazonaws.com",
        "HTTPS://Prod-Message-Service-External.S3.EU-West-2.AmazonAWS.com/key",
    ])
    func theServicesOwnBucketsAreAllowed(address: String) throws {
        #expect(parse(address, policy) == .url(try #require(URL(string: address))))
    }

    @Test(
        arguments: [
            ("https://prod-message-service-external.s3.eu-west-2.amazonaws.com.evil.example/k", .hostNotAllowed),
            ("https://evil.example/prod-message-service-external.s3.eu-west-2.amazonaws.com", .hostNotAllowed),
            ("https://evil.example?prod-message-service-external.s3.eu-west-2.amazonaws.com", .hostNotAllowed),
            ("https://prod-message-service-external.s3.eu-west-2xamazonaws.com/k", .hostNotAllowed),
            ("https://a.b-message-service-external.s3.amazonaws.com/k", .hostNotAllowed),
            ("https://prod-message-service-external.s3.amazonaws.com./k", .hostNotAllowed),
            ("https://169.254.169.254/latest/meta-data", .hostNotAllowed),
            ("https://127.0.0.1:9000/k", .portNotAllowed), ("https://[::1]/k", .hostNotAllowed),
            ("https://prod-message-service-external.s3.amazonaws.com:8443/k", .portNotAllowed),
            ("http://prod-message-service-external.s3.amazonaws.com/k", .schemeNotAllowed),
            ("http://127.0.0.1:9000/k", .schemeNotAllowed), ("ftp://host/k", .schemeNotAllowed),
            ("file:///etc/passwd", .malformed), ("file://localhost/etc/passwd", .schemeNotAllowed),
            ("https://user@prod-message-service-external.s3.amazonaws.com/k", .malformed),
            ("https://prod-message-service-external.s3.amazonaws.com#@evil.example/", .malformed),
            ("https://evil.example\\@prod-message-service-external.s3.amazonaws.com/", .malformed),
            ("https://prod-message-service-external.s3.amazonaws.com\t/k", .malformed),
            ("https://prod-message-service-external.s3.amazonaws.com/k k", .malformed),
            ("https://prod-message-service-external%2Es3.amazonaws.com/k", .malformed),
            ("https://prod-message-service-external.s3.amazonaws.com:/k", .malformed),
            ("https://prod-message-service-external.s3.amazonaws.com:0443x/k", .malformed),
            ("https://ｐrod-message-service-external.s3.amazonaws.com/k", .malformed), ("https:///k", .malformed),
            ("https:/host/k", .malformed), ("//host/k", .malformed), ("/etc/passwd", .malformed),
            ("key.pem", .malformed),
            ("C:\\pod_rsa.pem", .malformed), ("", .malformed), ("\n", .malformed),
        ] as [(String, LargeObjectReference.Refusal)]
    )
    func allElseIsRefused(address: String, refusal: LargeObjectReference.Refusal) {
        #expect(parse(address, policy) == .refused(refusal))
    }

    @Test(arguments: [
        "http://127.0.0.1:9000/key?x=1", "https://localhost/key", "https://localhost:443/", "http://[::1]:9001/k",
    ])
    func listedLoopbackOriginsAreAllowed(address: String) throws {
        #expect(parse(address, sandbox) == .url(try #require(URL(string: address))))
    }

    @Test(arguments: [
        "http://127.0.0.1:9001/k", "https://127.0.0.1:9000/k", "http://127.0.0.2:9000/k", "http://localhost/k",
    ])
    func otherLoopbackOriginsAreNot(address: String) {
        guard case .refused = parse(address, sandbox) else {
            Issue.record("\(address) is allowed")
            return
        }
    }

    @Test
    func longAddressesAreRefused() {
        let host = "https://prod-message-service-external.s3.amazonaws.com/"
        let longest = host + String(repeating: "x", count: LargeObjectReference.maximumBytes - host.utf8.count)
        #expect(parse(longest, policy) != .refused(.tooLong))
        #expect(parse(longest + "x", policy) == .refused(.tooLong))
    }

    @Test(
        arguments: [
            [], [0xC0], [0x80], [0xD9], [0xDB, 0xFF, 0xFF, 0xFF, 0xFF], [0xA1], [0xA1, 0x41, 0x42], [0xA1, 0xFF],
            [0x28, 0xB5, 0x2F, 0xFD, 0xA1, 0x41], [0xC4, 0x01, 0x41],
        ] as [[UInt8]]
    )
    func whatIsNoTextIsTheContent(body: [UInt8]) {
        #expect(LargeObjectReference.parse(body: body, policy: policy) == .inline)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func randomBytesNeverGiveAnAddress(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let body = random.bytes(.random(in: 0...60, using: &random))
            guard case .url(let url) = LargeObjectReference.parse(body: body, policy: policy) else { continue }
            Issue.record("\(url) is allowed")
        }
    }

    /// A genuine address with one byte changed is refused, or still goes to a host of the same kind.
    @Test
    func aChangedByteNeverLeadsElsewhere() throws {
        let genuine = Array("https://prod-message-service-external.s3.eu-west-2.amazonaws.com/k?s=1".utf8)
        for position in genuine.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = genuine
                changed[position] = byte
                guard let text = String(validating: changed, as: UTF8.self) else { continue }
                guard case .url(let url) = parse(text, policy) else { continue }
                #expect(url.scheme?.lowercased() == "https" && url.user == nil)
                #expect(url.host?.lowercased().hasSuffix(".amazonaws.com") == true)
            }
        }
    }

    @Test(arguments: [
        "http://storage.example", "https://127.0.0.1.evil.example", "http://127.0.0.1:9000/path", "://", "[", "",
    ])
    func unusableEntriesAreNamed(entry: String) {
        let error = #expect(throws: LargeObjectPolicyError.self) { try LargeObjectPolicy(allowed: [entry]) }
        #expect(error?.entry == entry)
    }

    @Test
    func aPatternMustMatchTheWholeHost() throws {
        let policy = try LargeObjectPolicy(allowed: [#"storage\.example"#])
        #expect(
            parse("https://storage.example/k", policy) == .url(try #require(URL(string: "https://storage.example/k")))
        )
        #expect(parse("https://storage.example.evil/k", policy) == .refused(.hostNotAllowed))
        #expect(parse("https://x.storage.example/k", policy) == .refused(.hostNotAllowed))
    }
}
