{
  "signatures": [
    {
      "approver": "example-one",
      "content": "dd78f93d131a2ae7285e7547701c49ad7f3c253c59e81a28e1a37317d3f5b5f0",
      "signature": "9PvlQDmHgxN5EtM7tlG5JH1GpxeEJ1gGfWPKoSpULsZ9xngVnr5IWaKUVrROu9jOhF9GZT+WGfIrnWsNY8snDw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "dd78f93d131a2ae7285e7547701c49ad7f3c253c59e81a28e1a37317d3f5b5f0",
      "signature": "/MZ0A2xCk1YcCnYkp3jS8HyF08jFdIkgJ8ywukOMqSew/6MAblPpTtTjH1oNEj3VDTzXekYUpt9JEnZpapV0Bw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
