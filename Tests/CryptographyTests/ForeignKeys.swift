// SPDX-License-Identifier: Apache-2.0

/// Keys made for these tests with the openssl command, and used for nothing else.
enum ForeignKeys {
    /// RSA-2048 as PKCS#1.
    static let pkcs1Private = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEpAIBAAKCAQEAvQdszR6OL7O/w4rE4Rom1UnFGwsO62BDb94KMxFCrON59LUR
        baA9PzD5cpZuRXzUjPOzVmhizWBcWlnAhlrIw4XLMzggQVDjDkDn2hTyGy8FtoVc
        Y48tsVxdsvKosMZBlx87MBWVIWr1FACs4KvrXf3iYDs0rtywbd+UJGw1ePbAsx8p
        D5NHKEko6gY69GmmglqPwb9/PXvaEq8e/+xWYKK6PZm+TiG8GIy1eaimK7Eqpu9P
        bnR9D8ObYH3ev6KpK9oV1bbga8ixCweyJFQyOgr1lqX829up+pGiMbpPorBQ9i0k
        UselBKWwhTzZjirU1v4Fu+QCMo0BblbdD3VBiQIDAQABAoIBAAEx7ZJpHcqloDsg
        NP/uULctQ9Kh1oPYEg9bq2TEL0aeUfe8ryshJdDVfdI5qwYoOTHrpFokLCiXKPiX
        +HNetXzbz8k8EtohJNEwpO1ztDuz1V1gf9E0mXwsUDV531M3D12YHA8TTG0YscIF
        pqRtZ4dYabr/zNJtwPVbuPSStPxDhuFlF2gYi+iMorDvB2X21VBOidcrvub18yab
        MF/zMEIv0A7rNqxv6rmO8KDy0G7hcIpKsJgKjWF2Iz+URpjJBJQfcaZE0Kp/e38u
        oaEz190guJmZvlxnAQz/LOdU9+lAzLVOYk1cLCY7uCF8nljuYErQNan6G7vYWc5j
        WQnWhx0CgYEA4fh+cq/R6gC5r1c9BtE+42jbbvPvrhyCXq+w8y3RB2kmXTws5Zui
        x6QMhEl4HLyzMvrzALQL37qZYqwTCHL70HqzaE9WgszJAgSlKsSwtyFeyZSv3FM8
        BOUKviUR2M9H+A2Hp7O56cPBo7LF/HXiuJaZ2xbYq3xfhQOnhJJfJb0CgYEA1iYt
        joP5aV1VM59FuLh2TXCTiZTY+UYM5fVDmxt8E3wb46BFwLSaQxhmvlqdnwybgk8B
        33SnEYeCtpLcSROgMzwG+cok6cYvuhbVe2fR9Q6OueBtiJ9CcMM1nPeH2nRBsAfF
        LKHC8Lxv7c0JRU8XLprG3VEWX9qle0EJmem5yb0CgYEA4fXYi9pgr/w1sa4sqiqH
        FmP+OT7Yh2SewQwyh5ljEmQFJupLgvZUmgnjMk09PI89Kldis2tXDEvNoausBKDm
        SZzI1h+vxG/++HOordGtXBKUdEKocEsTE1ntmiH7bLApqVPuOLYxzB4h/g2AiWlg
        Y3DFPR3lX+Woppv24Ux0tIkCgYBj4K6Ct57Nu5APYYt9GdtjRswo8Nk5eahuYDPF
        1c3KsKm5QnkF5bXE8U6KHW1CTvkAj6TJ+XgqPs+CI4DGPHcNLkP6oIMS3TJJUnkC
        82sDJmT+4GN1wwGT4hfRO8mK44n3dchKhq+K4/g4KtbWEos3W0zA0B7lWe6wS6cU
        t+PE6QKBgQDaVmwtzIQh19mqLdmbuYqAYQTKNPAsZhqymjiDFG9UGW0g2tnD5KnP
        LmgjtAio1lV+YMCEDnMYfx54FcV145sa9Hx/FJsp/MzUgL0OfGfFsdEEYiVV8kub
        cn24WpzDktUbjsFkBeetyjSneSHm+bPScjgBrLbdE2LbBj/1bnkFrg==
        -----END RSA PRIVATE KEY-----

        """

    /// Its public half as PKCS#1.
    static let pkcs1Public = """
        -----BEGIN RSA PUBLIC KEY-----
        MIIBCgKCAQEAvQdszR6OL7O/w4rE4Rom1UnFGwsO62BDb94KMxFCrON59LURbaA9
        PzD5cpZuRXzUjPOzVmhizWBcWlnAhlrIw4XLMzggQVDjDkDn2hTyGy8FtoVcY48t
        sVxdsvKosMZBlx87MBWVIWr1FACs4KvrXf3iYDs0rtywbd+UJGw1ePbAsx8pD5NH
        KEko6gY69GmmglqPwb9/PXvaEq8e/+xWYKK6PZm+TiG8GIy1eaimK7Eqpu9PbnR9
        D8ObYH3ev6KpK9oV1bbga8ixCweyJFQyOgr1lqX829up+pGiMbpPorBQ9i0kUsel
        BKWwhTzZjirU1v4Fu+QCMo0BblbdD3VBiQIDAQAB
        -----END RSA PUBLIC KEY-----

        """

    /// A key that is too short.
    static let rsa1024 = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQClJaMFsYqnzrBoAXCpPVzZjome
        GxAAdgM/qR92/HjpXuwgzGJ0bVdMDt1N5p9+ov7QaLJAy6sxrY7lLkvL3fa5Tcq5
        slS2c4xJFelF8TFvqs/u+B3Y7XkdTzAtw1lgBeQIKvXhbCasuZ+zLt/e8PcQGSHP
        FmIVVJH4BpV0f/XN0QIDAQAB
        -----END PUBLIC KEY-----

        """

    /// P-256 as SEC 1.
    static let p256SEC1 = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIGKoYQLsNt5Ox4p56aLDBURjr1mw/3o+YVEpCuAdnLyKoAoGCCqGSM49
        AwEHoUQDQgAEYjVajBiF+eW6/s3Yac14trH44SonNyMjZPK4RDcPd3M6qqVyjRd+
        +hZylaIsrWsGNP0RbtuUXd7Z0d38nYv3xw==
        -----END EC PRIVATE KEY-----

        """

    /// The same as PKCS#8.
    static let p256PKCS8 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYqhhAuw23k7Hinnp
        osMFRGOvWbD/ej5hUSkK4B2cvIqhRANCAARiNVqMGIX55br+zdhpzXi2sfjhKic3
        IyNk8rhENw93czqqpXKNF376FnKVoiytawY0/RFu25Rd3tnR3fydi/fH
        -----END PRIVATE KEY-----

        """

    /// Its public half.
    static let p256Public = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYjVajBiF+eW6/s3Yac14trH44Son
        NyMjZPK4RDcPd3M6qqVyjRd++hZylaIsrWsGNP0RbtuUXd7Z0d38nYv3xw==
        -----END PUBLIC KEY-----

        """

    /// The public half with a compressed point.
    static let p256Compressed = """
        -----BEGIN PUBLIC KEY-----
        MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgADYjVajBiF+eW6/s3Yac14trH44Son
        NyMjZPK4RDcPd3M=
        -----END PUBLIC KEY-----

        """

    /// The public half with the curve spelt out.
    static let p256Explicit = """
        -----BEGIN PUBLIC KEY-----
        MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAA
        AAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA////
        ///////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSd
        NgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5
        RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA
        //////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABGI1WowYhfnluv7N2GnNeLax
        +OEqJzcjI2TyuEQ3D3dzOqqlco0XfvoWcpWiLK1rBjT9EW7blF3e2dHd/J2L98c=
        -----END PUBLIC KEY-----

        """

    /// The public half in DER.
    static let p256DER =
        "3059301306072a8648ce3d020106082a8648ce3d0301070342000462355a8c1885f9e5bafecdd869cd78b6b1f8e12a2737232364f2b844370f77733aaaa5728d177efa167295a22cad6b0634fd116edb945dded9d1ddfc9d8bf7c7"

    /// A key on another curve.
    static let p384Public = """
        -----BEGIN PUBLIC KEY-----
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEBkUWDaDHCJi77TP9mM+84bQZr1yJ+c5l
        ZzOy3AhKiYwuJJuPjBeChVfAgxBSIwMpavpx1TGxMXlhngC+Qd4AQEqt24zyT+8t
        7UJ9XFfaNerX+56TegEmpolK/79+GSqM
        -----END PUBLIC KEY-----

        """
}
