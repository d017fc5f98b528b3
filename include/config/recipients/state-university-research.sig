{
  "signatures": [
    {
      "approver": "example-one",
      "content": "42182c64fc234749287dfc00ee0123cac1f601c60d0b1f43945b93f35c1b92c9",
      "signature": "V3MQzGEQN5B1nYXxxLvTb6IrkWUVCc8CsrQ2o0GWRe5k7wjZ+HQJfTYLMIXPL/BXZihj0XVA37VcpbgiJm5aBw==",
      "signed": "2026-11-27"
    },
    {
      "approver": "example-two",
      "content": "42182c64fc234749287dfc00ee0123cac1f601c60d0b1f43945b93f35c1b92c9",
      "signature": "AocfrY1PUbLr7xm/zkB8O0AOH3+mXhnw0jUfGgf8l8Q+OFtPUKVGGTCntbsSHWsjdy2U5OvQBH32L/DoEb64AA==",
      "signed": "2026-11-27"
    }
  ],
  "subject": "recipients/state-university-research"
}
