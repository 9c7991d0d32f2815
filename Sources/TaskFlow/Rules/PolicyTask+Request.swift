// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import MessagePack
import OwnerPolicy

extension PolicyTask {
    /// The facts of a request: the project of its clear part, and all else as it was decrypted.
    init(_ task: TaskRequest) {
        let facts = task.answerable.facts
        // A project that is no plain identifier is not recorded either, so that a replay knows as much as this.
        let isProjectPlain = task.outer.projectID == facts.projectID
        self.init(
            modeller: .known(task.answerable.modeller),
            project: isProjectPlain ? .known(task.outer.projectID) : .notKnown,
            dataset: .known(task.answerable.target),
            protocolClass: .known(task.protocolDocument.className),
            algorithms: .known(Algorithm.all(in: task.inner.protocolDocument)),
            aggregator: .known(task.protocolDocument.aggregatorClassName),
            otherPods: .known(task.pods.subtracting([task.answerable.target]).sorted()),
            identity: .known(IdentityMethod(task.method))
        )
    }
}

extension PolicyTask.IdentityMethod {
    init(_ method: AuditEntry.Method) {
        self =
            switch method {
            case .signature: .signature
            case .oidcDeviceCode: .oidcDeviceCode
            case .oidcAuthorizationCode: .oidcAuthorizationCode
            case .saml: .saml
            }
    }
}

extension PolicyTask.Algorithm {
    private enum Field {
        static let algorithm = "algorithm"
        static let className = "class_name"
        static let model = "model"
        static let owner = "username"
        static let name = "model_ref"
        static let version = "model_version"
    }

    /// How many values of arguments are kept of one protocol; those beyond it are not known. A list of a million numbers is no
    /// value that a rule asks for, and its texts would take many times the memory of the request.
    private static let maximumValues = 10_000

    /// The algorithms of a protocol that ``ProtocolDocument`` has read before.
    fileprivate static func all(in document: MessagePackMap) -> [Self] {
        var room = maximumValues
        return switch document[Field.algorithm] {
        case .map(let algorithm): [Self(algorithm, room: &room)]
        case .array(let algorithms): algorithms.compactMap(\.mapValue).map { Self($0, room: &room) }
        default: []
        }
    }

    private init(_ map: MessagePackMap, room: inout Int) {
        var arguments: [String: Fact<[String]>] = [:]
        for (key, value) in map where ![Field.className, Field.model].contains(key) && !value.isNull {
            room -= value.arrayValue?.count ?? 1
            arguments[key] = room >= 0 ? Fact(orNotKnown: value.policyTexts) : .notKnown
        }
        self.init(
            className: map[Field.className]?.stringValue ?? "",
            arguments: .known(arguments),
            model: Self.model(map[Field.model])
        )
    }

    private static func model(_ value: MessagePackValue?) -> Fact<PolicyTask.Model?> {
        guard let value, !value.isNull else { return .known(nil) }
        guard let map = value.mapValue else { return .notKnown }
        var parts: [String: String] = [:]
        for field in [Field.className, Field.owner, Field.name, Field.version] {
            guard let value = map[field], !value.isNull else { continue }
            guard let text = value.policyText else { return .notKnown }
            parts[field] = text
        }
        return .known(
            PolicyTask.Model(
                className: parts[Field.className],
                owner: parts[Field.owner],
                name: parts[Field.name],
                version: parts[Field.version]
            )
        )
    }
}

extension MessagePackValue {
    /// The text that a policy compares; `nil` for what is no plain value.
    fileprivate var policyText: String? {
        switch self {
        case .string(let text): text
        case .bool(let truth): truth ? "true" : "false"
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .double(let number): String(number)
        case .null, .binary, .array, .map, .ext: nil
        }
    }

    /// A plain value, or a list of such.
    fileprivate var policyTexts: [String]? {
        guard let values = arrayValue else { return policyText.map { [$0] } }
        let texts = values.compactMap(\.policyText)
        return texts.count == values.count ? texts : nil
    }
}
