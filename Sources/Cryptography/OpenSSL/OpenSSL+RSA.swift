// SPDX-License-Identifier: Apache-2.0

import COpenSSL

extension OpenSSL {
    private static let rsa: StaticString = "RSA"

    /// An RSA key of its numbers.
    ///
    /// - Parameter selection: `opensslKeyPair` or `opensslPublicKey`.
    static func makeRSAKey(
        _ numbers: [(RSANumber, OpaquePointer)],
        selection: Int32
    ) throws(CryptographyError) -> OpenSSLKey {
        try run { () throws(CryptographyError) in
            let builder = try require(OSSL_PARAM_BLD_new())
            defer { OSSL_PARAM_BLD_free(builder) }
            for (number, value) in numbers {
                try check(OSSL_PARAM_BLD_push_BN(builder, number.name, value))
            }
            let parameters = try require(OSSL_PARAM_BLD_to_param(builder))
            defer {
                var parameter = parameters
                while parameter.pointee.key != nil {
                    OPENSSL_cleanse(parameter.pointee.data, parameter.pointee.data_size)
                    parameter += 1
                }
                OSSL_PARAM_free(parameters)
            }
            let context = try require(EVP_PKEY_CTX_new_from_name(nil, rsa.cString, nil))
            defer { EVP_PKEY_CTX_free(context) }
            try check(EVP_PKEY_fromdata_init(context))
            var key: OpaquePointer?
            guard EVP_PKEY_fromdata(context, &key, selection, parameters) == 1, let key else {
                throw CryptographyError(
                    code: .invalidKey,
                    message: "The numbers of the RSA key do not make a key.",
                    underlying: OpenSSLError.first
                )
            }
            return OpenSSLKey(adopting: key)
        }
    }
}
