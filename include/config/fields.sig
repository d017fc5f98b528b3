{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "ki9tStKgy/Vaxg5m9Gf3D+BxN7HCGZeQ+iOLxtxzpHhEsnRNpAzcfMj+5qKKE3AdIDSCycdaOJaKzofuQz+wDg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "TpH0MHBxb8jCxn5CI4vjamyCR763cWBNWUMuDrzninmhL1rG5eF7sVN8jKQBT2WMPkRQPLqT0eoXoE0fzSVRDg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
