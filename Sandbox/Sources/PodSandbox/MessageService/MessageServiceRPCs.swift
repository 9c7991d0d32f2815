// SPDX-License-Identifier: Apache-2.0

package import BitfountMessaging
package import GRPCCore

extension SandboxMessageService: Messages_MessageService.ServiceProtocol {
    package func podConnect(
        request: ServerRequest<Messages_PodData>,
        context: ServerContext
    ) async throws -> ServerResponse<Messages_SuccessResponse> {
        try await answer("PodConnect", request, context, connect)
    }

    package func setupTaskMailboxes(
        request: ServerRequest<Messages_BitfountTasks>,
        context: ServerContext
    ) async throws -> ServerResponse<Messages_CommunicationDetails> {
        try await answer("SetupTaskMailboxes", request, context, setUpMailboxes)
    }

    package func acknowledgeMessage(
        request: ServerRequest<Messages_Acknowledgement>,
        context: ServerContext
    ) async throws -> ServerResponse<Messages_SuccessResponse> {
        try await answer("AcknowledgeMessage", request, context, acknowledge)
    }

    package func getBitfountMessage(
        request: ServerRequest<Messages_CommunicationDetails>,
        context: ServerContext
    ) async throws -> ServerResponse<Messages_BitfountMessage> {
        try await answer("GetBitfountMessage", request, context, nextMessage)
    }

    package func sendBitfountMessage(
        request: ServerRequest<Messages_BitfountMessage>,
        context: ServerContext
    ) async throws -> ServerResponse<Messages_SuccessResponse> {
        try await answer("SendBitfountMessage", request, context, send)
    }

    package func getLargeObjectStorage(
        request: ServerRequest<Messages_LargeStorageRequest>,
        context: ServerContext
    ) async throws -> ServerResponse<Messages_BlobStorageData> {
        try await answer("GetLargeObjectStorage", request, context, largeObjectStorage)
    }

    package func setupTask(
        request: ServerRequest<Messages_TaskTransferRequests>,
        context: ServerContext
    ) async throws -> ServerResponse<Messages_TaskTransferMetadata> {
        try await answer("SetupTask", request, context, setUpTask)
    }

    package func initiateTask(
        request: ServerRequest<Messages_BitfountTasks>,
        context: ServerContext
    ) async throws -> ServerResponse<Messages_CommunicationDetails> {
        try await answer("InitiateTask", request, context, initiateTask)
    }

    package func diagnostics(
        request: ServerRequest<Messages_DiagnosticsParameters>,
        context: ServerContext
    ) async throws -> ServerResponse<Messages_ServiceDiagnostics> {
        try await answer("Diagnostics", request, context, diagnostics)
    }
}
