{
  "signatures": [
    {
      "approver": "example-one",
      "content": "ba844f3481273c431c8daed777a22cc9b7aac8be85f021f4e5fa6bf164dc6525",
      "signature": "r3jQVpihgZ8AOoCVGsTqbQJDXJZwUO2nA0JakbCuR3xdkOsjYPC3Ac3OIfPMDoN3/+wMr8jVfS9l7G7gN0lqCw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "ba844f3481273c431c8daed777a22cc9b7aac8be85f021f4e5fa6bf164dc6525",
      "signature": "Lkto/NGD4pHfo+sBzoDBEzOLakNdhJuj9tUlMuv4HafzkuKgzxPUWu8tXkVOTV9fQfe141pv/C32mTBXY2VbBQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
