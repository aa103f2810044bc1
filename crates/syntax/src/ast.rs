//! The typed view of trees. Nodes are generated from `grammars/`; what the grammar cannot say is written here by hand.
