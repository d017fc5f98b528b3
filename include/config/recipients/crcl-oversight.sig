{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9662b0f9e6e6e1ac9424d7aba5de228cb60295d7d17b465e80dd6a83329d9651",
      "signature": "6x7SbmThAlqDjMRqJYNgyyrvRjwD35blbnssi8x8QFHo88/3q55cJtYU49MCIvu2NEuyUEYb/h3RbbEikdzFAA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "9662b0f9e6e6e1ac9424d7aba5de228cb60295d7d17b465e80dd6a83329d9651",
      "signature": "b7zqiHkmnnkSrcxU+PMa7ivNy3/VKG+dzagWntOmvmtllwgJ06jUsZGBBafoNHCQYL5uqrsmZuVr58BytO1TCQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
