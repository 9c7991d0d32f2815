// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// The bodies of a ``MessageType/taskAbort`` (bitfount-protocol.md, 10.3).
public enum AbortBody {
    /// A plain sentence, which modellers of every version understand. To be sealed with the task's key.
    public static func text(_ sentence: String) -> MessagePackValue {
        .string(sentence)
    }
}
