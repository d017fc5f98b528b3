{
  "signatures": [
    {
      "approver": "example-one",
      "content": "e0c35de7769afcc50d10c149ec5e5e0b45fe27dff204d0e63cf148f1bd9128e3",
      "signature": "hcNJSVrjbGwRivuUeXq8YUSDp8ZWjzVLWdZwh4FZfO43Pufx5Jb1vxSdSld75nRwtl+wUhAlriWq5hDwmddUDg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "e0c35de7769afcc50d10c149ec5e5e0b45fe27dff204d0e63cf148f1bd9128e3",
      "signature": "W28maha5ppKhRW9jkxNm/Lc+E0fAHsmWI2/I6pR5VRtaKtngnsbBNJLb9dtuN9J6nQ9EzNQEr4OXt6jixVx0Cw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
