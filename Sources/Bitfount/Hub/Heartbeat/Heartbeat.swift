// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// A sign of life of one or more datasets (bitfount-protocol.md, 6.1).
public struct Heartbeat: Sendable, Equatable {
    /// What the Hub is sent.
    public enum Form: Sendable {
        /// Everything that is known, for all datasets in one call; what release 11.3.0 sends, which every later Hub
        /// understands. The default.
        case superset
        /// Name and key of one dataset, as release 1.0.6 sends them.
        case single
    }

    /// What the Hub is sent.
    public var form: Form = .superset
    /// The datasets. Exactly one for ``Form/single``.
    public var names: [String] = []
    /// The key of the pod as an OpenSSH line.
    public var podPublicKey: String?
    /// The UUID of this installation.
    public var instanceID: String?
    /// Which program this is.
    public var sdkVersion: String?
    /// Whether a task is running.
    public var isBusy = false
    /// Whether an electronic health record system is configured.
    public var isEHRConfigured = false
    /// Whether an electronic health record system is connected.
    public var isEHRConnected = false
    /// The compute cluster that this pod belongs to.
    public var clusterID: String?
    /// This machine's address in its own network. The Hub answers it with a name under which it can be reached.
    public var privateIPAddress: String?
    /// How the data of each dataset is. Empty means that nobody looked.
    public var datasourceHealth: [DatasourceHealth] = []

    /// A heartbeat of no datasets yet.
    public init(
        names: [String] = [],
        podPublicKey: String? = nil,
        instanceID: String? = nil,
        sdkVersion: String? = nil
    ) {
        self.names = names
        self.podPublicKey = podPublicKey
        self.instanceID = instanceID
        self.sdkVersion = sdkVersion
    }

    /// What is sent. Fields that are not known are left out.
    ///
    /// - Throws: `invalidArgument` for what the Hub would refuse.
    var document: JSONObject {
        get throws(BitfountError) {
            switch form {
            case .single:
                guard names.count == 1, let name = names.first, let podPublicKey else {
                    throw BitfountError(.invalidArgument, "A single heartbeat needs one name and the pod's key")
                }
                return ["name": .string(name), "podPublicKey": .string(podPublicKey)]
            case .superset:
                guard !names.isEmpty || !datasourceHealth.isEmpty else {
                    throw BitfountError(.invalidArgument, "A heartbeat needs a dataset")
                }
                var document: JSONObject = [:]
                if !names.isEmpty { document["names"] = .array(names.map(JSONValue.string)) }
                document["podPublicKey"] = podPublicKey.map(JSONValue.string)
                document["instanceId"] = instanceID.map(JSONValue.string)
                document["sdkVersion"] = sdkVersion.map(JSONValue.string)
                document["isBusy"] = .bool(isBusy)
                document["isEhrConfigured"] = .bool(isEHRConfigured)
                document["isEhrConnected"] = .bool(isEHRConnected)
                document["clusterId"] = clusterID.map(JSONValue.string)
                document["privateIpAddress"] = privateIPAddress.map(JSONValue.string)
                if !datasourceHealth.isEmpty {
                    document["datasourceHealth"] = .array(datasourceHealth.map { .object($0.document) })
                }
                return document
            }
        }
    }
}
