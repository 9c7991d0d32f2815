// Bitfount
