import MessagePack

/// The bodies of a ``MessageType/taskAbort`` (bitfount-protocol.md, 10.3).
public enum AbortBody {
    /// A plain sentence, which modellers of every version understand. To be sealed with the task's key.
    public static func text(_ sentence: String) -> MessagePackValue {
        .string(sentence)
    }

    /// The packed body that refuses a request from the Hub (bitfount-protocol.md, 11.3). It is sent unencrypted:
    /// without an authentic request there is no key.
    public static func refusalToHub(_ reason: AbortReason) throws(TaskFormatError) -> [UInt8] {
        try Generation.g2.pack([
            "message": .null,
            "reason": .string(reason.name),
            "exception_type": .null,
            "traceback_summary": .null,
        ])
    }
}
