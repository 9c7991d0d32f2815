// BitfountMessaging
