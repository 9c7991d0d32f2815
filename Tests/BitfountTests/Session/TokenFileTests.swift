// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import StrictJSON
import Testing

struct TokenFileTests {
    let directory: TemporaryDirectory
    let file: TokenFile
    let settings = LoginSettings(environment: .production)

    init() throws {
        directory = try TemporaryDirectory()
        file = TokenFile.inStorage(directory.url, username: nil)
    }

    let login = StoredLogin(
        accessToken: Secret("a"),
        refreshToken: Secret("r"),
        idToken: Secret(IdentityProvider.idToken(username: "alice")),
        expiresAt: Date(timeIntervalSince1970: 1_700_000_000.25)
    )

    func mode(_ url: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
    }

    func write(_ text: String) throws {
        try FileManager.default.createDirectory(
            at: file.url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file.url)
    }

    @Test func isWhereThePythonCommandLineKeepsIt() {
        #expect(file.url.path.hasSuffix("/_default/.token"))
        #expect(TokenFile.inStorage(directory.url, username: "alice").url.path.hasSuffix("/alice/.token"))
    }

    @Test func writesThePythonFormatForTheOwnerOnly() throws {
        try file.store(login, for: settings)
        let document = try JSONValue(parsing: Data(contentsOf: file.url))
        #expect(
            document == [
                "access_token": "a", "refresh_token": "r",
                "id_token": .string(IdentityProvider.idToken(username: "alice")),
                "access_token_expires_at": .double(1_700_000_000.25), "auth_domain": "auth.bitfount.com",
                "client_id": "8iCJ33Kp6hc9ofrXTzr5GLxMRHWrlzZO", "scopes": "profile openid offline_access",
                "audience": "https://hub.bitfount.com/api",
            ]
        )
        #expect(try mode(file.url) == 0o600)
        #expect(try mode(file.url.deletingLastPathComponent()) == 0o700)
        #expect(file.load(for: settings) == login)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: file.url.deletingLastPathComponent().path) == [".token"]
        )
    }

    /// What `json.dumps` writes, with the mode that Python leaves it.
    @Test func readsPythonsFileAndClosesIt() throws {
        try write(
            #"""
            {"access_token": "a", "refresh_token": "r", "id_token": "e30.e30.x", "access_token_expires_at": 1700000000.25,
             "auth_domain": "auth.bitfount.com", "client_id": "8iCJ33Kp6hc9ofrXTzr5GLxMRHWrlzZO",
             "scopes": "profile openid offline_access", "audience": "https://hub.bitfount.com/api"}
            """#
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.url.path)
        let loaded = try #require(file.load(for: settings))
        #expect(loaded.accessToken == Secret("a"))
        #expect(loaded.expiresAt == login.expiresAt)
        #expect(loaded.username == nil)
        #expect(try mode(file.url) == 0o600)
    }

    @Test(arguments: ["auth_domain", "client_id", "scopes", "audience"])
    func ignoresALoginForOtherSettings(_ key: String) throws {
        try file.store(login, for: settings)
        var document = try #require(JSONValue(parsing: Data(contentsOf: file.url)).objectValue)
        document[key] = "other"
        try write(String(decoding: JSONValue.object(document).serialized(), as: UTF8.self))
        #expect(file.load(for: settings) == nil)
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"access_token":1}"#])
    func ignoresWhatCannotBeRead(_ text: String) throws {
        try write(text)
        #expect(file.load(for: settings) == nil)
    }

    @Test func ignoresWhatIsNoFile() throws {
        #expect(file.load(for: settings) == nil)
        try FileManager.default.createDirectory(at: file.url, withIntermediateDirectories: true)
        #expect(file.load(for: settings) == nil)
    }

    @Test func leavesTheOldFileWhenTheNewOneCannotBeWritten() async throws {
        try file.store(login, for: settings)
        // Others could put a file of theirs into such a directory, so nothing is written there.
        let directory = file.url.deletingLastPathComponent()
        try FileManager.default.setAttributes([.posixPermissions: 0o770], ofItemAtPath: directory.path)
        await expect(.file) { try file.store(login, for: settings) }
        #expect(file.load(for: settings) == login)
    }
}
