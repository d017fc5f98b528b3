{
  "signatures": [
    {
      "approver": "example-one",
      "content": "b1f190e66e6f7a89a30df070873b633df3795b558044e3b7cc95fb4c872010d9",
      "signature": "ZWK1BF31W78QrwcqMsY+oTXZqsHvoj1ZRjcMu1BjBF77cdUN3hIrtGi+3BTljIIdabrmq0yvs46xeINsIqJSAw==",
      "signed": "2026-11-24"
    },
    {
      "approver": "example-two",
      "content": "b1f190e66e6f7a89a30df070873b633df3795b558044e3b7cc95fb4c872010d9",
      "signature": "nrKkXxHEE+sir8hpiz7qcVO5OdYfLxcETXoGbalfQVlO5oXXEGtTljeKFsskAbpTKtb2sbJg7F2ccoHBiBW4Dg==",
      "signed": "2026-11-24"
    }
  ],
  "subject": "recipients/state-university-research"
}
