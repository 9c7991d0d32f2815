// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import Testing

struct FormEncodingTests {
    // The expected texts are the output of Python 3.11's urllib.parse.urlencode.
    @Test(
        arguments: [
            ([], ""),
            ([("a", "1"), ("b", ""), ("a", "2")], "a=1&b=&a=2"),
            ([("scope", "profile openid offline_access")], "scope=profile+openid+offline_access"),
            (
                [("grant_type", "urn:ietf:params:oauth:grant-type:device_code")],
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
            ),
            (
                [("k&=", "-_.~+%/?#\"'()*!ü€😀\r\n\0")],
                "k%26%3D=-_.~%2B%25%2F%3F%23%22%27%28%29%2A%21%C3%BC%E2%82%AC%F0%9F%98%80%0D%0A%00"
            ),
        ] as [([(String, String)], String)]
    )
    func encodesAsPythonDoes(_ fields: [(String, String)], _ encoded: String) {
        #expect(FormEncoding.encode(fields) == encoded)
    }
}
