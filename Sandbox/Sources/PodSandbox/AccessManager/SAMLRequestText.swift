// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The text of a SAML request, and of the response to it. Only the members that matter here are there.
enum SAMLRequestText {
    /// The encoded request with that id.
    static func make(id: String, destination: String) -> String {
        let text = """
            <samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="\(id)" Version="2.0" \
            Destination="\(destination)"/>
            """
        return Data(text.utf8).base64EncodedString()
    }

    /// The id in an encoded request, or nil when it is none.
    static func id(in encoded: String) -> String? {
        guard let data = Data(base64Encoded: encoded), let text = String(data: data, encoding: .utf8),
            text.contains("AuthnRequest"), let start = text.range(of: " ID=\"")
        else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }

    /// The encoded response of the identity provider.
    static func response(to id: String, username: String, assertionID: String) -> String {
        let text = """
            <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" InResponseTo="\(id)" Version="2.0">\
            <saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="\(assertionID)">\
            <saml:Subject><saml:NameID>\(username)</saml:NameID></saml:Subject></saml:Assertion></samlp:Response>
            """
        return Data(text.utf8).base64EncodedString()
    }
}
