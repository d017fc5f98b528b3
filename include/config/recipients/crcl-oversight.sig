{
  "signatures": [
    {
      "approver": "example-one",
      "content": "0265c7e38e3d3c51016442611c6224f5b44eb3f6857f92390d599d45baefbfea",
      "signature": "9n/E8RIo0PlEV5SpY5hNRPZDfeRZVR2MVSvGkOYY/r12JfMn/JNdaoHlLLAN5Qsshaq4/yG2XB+qtTh6mARwDw==",
      "signed": "2026-11-24"
    },
    {
      "approver": "example-two",
      "content": "0265c7e38e3d3c51016442611c6224f5b44eb3f6857f92390d599d45baefbfea",
      "signature": "kb6qslRfiqtAROlKMvZiXWmfD4QlLyRdDcqwrVVmyR1ov7kw05+Q3SJ6YPG3gtkIoIKvcNIE70Su6JHcXvWrCQ==",
      "signed": "2026-11-24"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
