{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9d38edbebe16c14c42edb2853798be6256c0b70386faa2f2dd310361ee9d2fbf",
      "signature": "Sf+qK12yzdyT29h8gX8kAEpm/+pKveVCs/GfHahhPNvsV/EUfVmEeAtnG7lOSKi47z+dk70WUTrwU7vsIwk6AQ==",
      "signed": "2026-11-24"
    },
    {
      "approver": "example-two",
      "content": "9d38edbebe16c14c42edb2853798be6256c0b70386faa2f2dd310361ee9d2fbf",
      "signature": "q73S8ciuIlmHFrBtWM5TpPdEcsy0q72U68a5D09zH6O1F/Qq63mDG8KKOy4Kzf4VmNBFXWOuXAcJ2pBptFzcDg==",
      "signed": "2026-11-24"
    }
  ],
  "subject": "fields"
}
