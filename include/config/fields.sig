{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "3Rb92dqH/YswBzsleNZniK7oGOawsyH/m/PXhQqZm0ZvO+vZ9VnoR7/2DlyBWBGE9mZb0ADcepks3mTzOspnBg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "SV/xWnfgrLe1fR4pQdA1/wca3zkNEgcRtben9RiJUW/Rwn9RtduN0oVelveZAyo2FH5BzqcY9HLAJw1vEb73DA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
