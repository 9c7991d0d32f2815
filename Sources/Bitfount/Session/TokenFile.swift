// SPDX-License-Identifier: Apache-2.0

import Cryptography
public import Foundation
public import Logging
import StrictJSON
import SystemFiles

/// The file in which a device-code login rests between runs, in the format of the Python command line, so that either
/// program can use the other's login (bitfount-protocol.md, 2.7).
public struct TokenFile: Sendable {
    /// Where the file is.
    public let url: URL

    /// A token file at this place.
    public init(url: URL) {
        self.url = url
    }

    /// The place where the Python command line keeps the login of a user: `<storage>/<username or _default>/.token`.
    public static func inStorage(_ storage: URL, username: String?) -> TokenFile {
        TokenFile(url: storage.appending(components: username ?? "_default", ".token"))
    }

    /// Reads the login.
    ///
    /// - Returns: nil, with a warning where there is something to say, if there is no file, it cannot be read, or it was
    ///   made for other settings.
    /// - Throws: `notLoggedIn` if others can read the file, as Python leaves it with a lax umask: who did can't be told.
    public func load(for settings: LoginSettings, logger: Logger? = nil) throws(BitfountError) -> StoredLogin? {
        let path = url.path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            guard let login = try Self.login(in: JSONValue(parsing: read()), for: settings) else {
                logger?.warning(
                    "the stored login was made for other settings and is ignored",
                    metadata: ["file": "\(path)"]
                )
                return nil
            }
            return login
        } catch let error as CryptographyError where error.code == .fileNotPrivate {
            throw BitfountError(.notLoggedIn, error.message, underlying: error)
        } catch {
            logger?.warning(
                "the stored login cannot be read; a new login is needed",
                metadata: ["file": "\(path)", "error": "\(error)"]
            )
            return nil
        }
    }

    /// Writes the login atomically with mode 0600, making the directory (0700) if it is missing. A link stays one: what it
    /// leads to is replaced.
    ///
    /// - Throws: `file` if it cannot be written; an existing file is then unchanged.
    public func store(_ login: StoredLogin, for settings: LoginSettings) throws(BitfountError) {
        let document: JSONValue = [
            "access_token": .string(login.accessToken.reveal()),
            "refresh_token": JSONValue(login.refreshToken?.reveal()),
            "id_token": JSONValue(login.idToken?.reveal()),
            "access_token_expires_at": .double(login.expiresAt.timeIntervalSince1970),
            "auth_domain": .string(settings.authDomain),
            "client_id": .string(settings.clientID),
            "scopes": .string(settings.scopes),
            "audience": .string(settings.audience),
        ]
        let content = SecretBytes(try document.body())
        do {
            try SecretFile(place).replace(content)
        } catch {
            throw BitfountError(.file, "The login could not be stored: \(error.message)", underlying: error)
        }
    }

    /// The file itself, where ``url`` is a link.
    var place: URL { url.resolvingSymlinksInPath() }

    /// When the file was written last; `nil` if that can't be told.
    var written: Date? {
        try? FileManager.default.attributesOfItem(atPath: place.path(percentEncoded: false))[.modificationDate] as? Date
    }

    /// Finds out whether a login could be stored, before anything is given up for it.
    ///
    /// - Throws: `file` if not.
    func checkPlace() throws(BitfountError) {
        do {
            try AtomicFile(place).discard()
        } catch {
            throw BitfountError(.file, "No login could be stored: \(error.message)", underlying: error)
        }
    }

    private func read() throws -> [UInt8] {
        try SecretFile(url, maximumBytes: Self.maximumBytes).load().reveal()
    }

    /// Far above any real login.
    private static let maximumBytes = 1024 * 1024

    private static func login(in document: JSONValue, for settings: LoginSettings) throws(BitfountError) -> StoredLogin?
    {
        guard
            let object = document.objectValue,
            let domain = object["auth_domain"]?.stringValue,
            let client = object["client_id"]?.stringValue,
            let scopes = object["scopes"]?.stringValue,
            let audience = object["audience"]?.stringValue,
            let accessToken = object["access_token"]?.stringValue,
            let expiry = object["access_token_expires_at"]?.numberValue
        else {
            throw BitfountError(.malformedResponse, "The token file lacks a field")
        }
        guard
            domain == settings.authDomain, client == settings.clientID, scopes == settings.scopes,
            audience == settings.audience
        else { return nil }
        var login = StoredLogin(
            accessToken: Secret(accessToken),
            refreshToken: object["refresh_token"]?.stringValue.map(Secret.init),
            idToken: object["id_token"]?.stringValue.map(Secret.init),
            expiresAt: Date(timeIntervalSince1970: expiry)
        )
        login.usernameClaim = settings.usernameClaim
        return login
    }
}
