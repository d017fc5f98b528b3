{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "gaTJa95Rpu4/o7EHRjeynw6Prulev4IeX/lI/Pq4N924nnGPLt6adwnpI3bGSvbA8GGGj+9aIPMyj5SNN/fEBQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "3Fd3BRVYrJ8X+xmYZm+5+0Q9TXXcjGWBaELD7VlnPWifA1yaRYNC9QtuzJd8WkY29PBo/kf9GTF3Qxc+Q/5RAA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
