{
  "signatures": [
    {
      "approver": "example-one",
      "content": "ae640cd647ca147a4f1f074b1926877d1b1d9eb1981eaba64b2d761e35a4dcec",
      "signature": "L4riegZ2D+m4/aJPuYNXR5eiGtGbAbrgIJslW2sLHmmg9yzMe7KcLvgvJrK1/M5WQo/m0bh8/Ur8EDWJEu86AA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "ae640cd647ca147a4f1f074b1926877d1b1d9eb1981eaba64b2d761e35a4dcec",
      "signature": "iSu+d+G9uTKS/OIGpCFdmr/p1qVfUPW9oiEcF4sWZd7XVmI4YM7JY0uzVpHzUT2yZYS4dh+iVIcY6R6UlCEDDA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
