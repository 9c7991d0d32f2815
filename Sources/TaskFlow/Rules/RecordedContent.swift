// SPDX-License-Identifier: Apache-2.0

package import AuditLog
package import OwnerPolicy

/// The content of a task as an entry of the audit log keeps it for the owner's rules, and how it is read again.
extension PolicyTask {
    /// What an entry has to hold beside its other fields for the rules to be held against it later; `nil` where one of its
    /// fields would be cut, so that a later reader could be misled.
    var recordedContent: AuditEntry.Content? {
        guard case .known(let algorithms) = algorithms, case .known(let aggregator) = aggregator,
            case .known(let otherPods) = otherPods, case .known = project
        else { return nil }
        let models = algorithms.map { algorithm -> AuditEntry.Model? in
            guard case .known(let model) = algorithm.model else { return nil }
            guard let model else { return AuditEntry.Model() }
            return AuditEntry.Model(
                className: model.className ?? "",
                owner: model.owner,
                name: model.name,
                version: model.version
            )
        }
        let known = models.compactMap { $0 }
        let content = AuditEntry.Content(
            aggregator: aggregator,
            otherPods: otherPods,
            models: known.count == models.count ? known : nil
        )
        return content.isWithinLimits ? content : nil
    }

    /// The facts that an entry holds about its task.
    ///
    /// - Parameters:
    ///   - entry: An entry of the type `access.decision`.
    ///   - modeller: The modeller's name, if it is known: an entry may hold only a hash of it.
    package init(_ entry: AuditEntry, modeller: String?) {
        let content = entry.content
        // An entry without content may leave out a project that it could not hold.
        let isProjectKnown = entry.project != nil || content != nil
        self.init(
            modeller: Fact(orNotKnown: modeller),
            project: isProjectKnown ? .known(entry.project) : .notKnown,
            dataset: Fact(orNotKnown: entry.dataset),
            protocolClass: Fact(orNotKnown: Self.whole(entry.protocolName)),
            algorithms: Fact(orNotKnown: Self.algorithms(entry)),
            aggregator: Fact(orNotKnown: content.map(\.aggregator)),
            otherPods: Fact(orNotKnown: content?.otherPods),
            identity: Fact(orNotKnown: entry.method.map { IdentityMethod($0) })
        )
    }

    /// A text that was not cut.
    private static func whole(_ text: String?) -> String? {
        text.flatMap { $0.hasSuffix("…") ? nil : $0 }
    }

    private static func algorithms(_ entry: AuditEntry) -> [Algorithm]? {
        let classes = (entry.algorithms ?? []).compactMap(whole)
        // The last of a list that was cut says how many are missing.
        guard let all = entry.algorithms, classes.count == all.count, !all.contains(where: { $0.hasPrefix("… ") })
        else {
            return nil
        }
        return classes.enumerated().map { index, className in
            guard let models = entry.content?.models, models.indices.contains(index) else {
                return Algorithm(className: className)
            }
            return Algorithm(className: className, model: .known(Model(models[index])))
        }
    }
}

extension PolicyTask.Model {
    /// `nil` where no model is recorded.
    fileprivate init?(_ recorded: AuditEntry.Model) {
        guard let className = recorded.className else { return nil }
        self.init(
            className: className.isEmpty ? nil : className,
            owner: recorded.owner,
            name: recorded.name,
            version: recorded.version
        )
    }
}
